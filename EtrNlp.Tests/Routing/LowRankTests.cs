using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>Terms of low rank: what they add, at the start nothing, and what they count.</summary>
public sealed class LowRankTests
{
    static IEnumerable<IOperation> Operations =>
        KnownOperations.All.Names.Select(name => KnownOperations.All.Default(name));

    [TestCaseSource(nameof(Operations))]
    public void At_the_start_it_is_hard_sharing_bit_for_bit(IOperation operation)
    {
        using var scope = NewDisposeScope();
        using var added = Some.Network(operation, new LowRank(3), UpdateStrategy.SteadyState, seed: 1);
        using var hard = Some.Network(operation, new HardSharing(), UpdateStrategy.SteadyState, seed: 1);
        var images = Draw.Images("x", 3, new FeatureShape(3, 32, 32));
        using (Assert.EnterMultipleScope())
        {
            for (var t = 0; t < 3; t++)
            {
                Assert.That(
                    added.Forward(images, new Pass(t, Training: true))[0].Outputs.Bits(),
                    Is.EqualTo(hard.Forward(images, new Pass(t, Training: true))[0].Outputs.Bits())
                );
            }
        }
    }

    // y = (W + B A) * x: the sum of 4 * 9 products, or of 4 * 9 and of 3, of numbers of size about 1.
    [TestCase(1)]
    [TestCase(2)]
    public void A_task_convolves_with_the_shared_weight_plus_the_product_of_its_own(int stride)
    {
        using var scope = NewDisposeScope();
        var plan = new LowRank(3).PlanSite(Site(stride), new RoutingContext(new Conv(), ["a", "b"], 2));
        using var store = Draw.Store(plan);
        using (no_grad())
        {
            store.Parameters["site.tasks.b.b.weight"].copy_(Draw.Gaussian("b", 6, 3, 1, 1));
        }

        var x = Draw.Images("x", 2, new FeatureShape(4, 5, 4));
        var y = plan.Build(store).Forward(x, new Pass(1, Training: true));

        var (a, b) = (store.Parameters["site.tasks.b.a.weight"], store.Parameters["site.tasks.b.b.weight"]);
        var product = b.view(6, 3).mm(a.reshape(3, 36)).view(6, 4, 3, 3);
        var expected = nn.functional.conv2d(
            x,
            store.Parameters["site.weight"].add(product),
            strides: [stride, stride],
            padding: [1, 1]
        );
        Assert.That(Draw.Distance(y, expected), Is.LessThan(Rounding.Of(36 * 4, 36)));
    }

    [Test]
    public void Only_the_active_task_and_what_is_shared_get_a_gradient()
    {
        using var scope = NewDisposeScope();
        var plan = new LowRank(3).PlanSite(Site(1), new RoutingContext(new Conv(), ["a", "b"], 2));
        using var store = Draw.Store(plan);
        var layer = plan.Build(store);
        using (no_grad())
        {
            store.Parameters["site.tasks.b.b.weight"].fill_(0.5);
        }

        layer.Forward(Draw.Images("x", 2, new FeatureShape(4, 5, 4)), new Pass(1, true)).square().sum().backward();

        Assert.That(
            plan.Parameters.Where(parameter => store[parameter].grad is { } g && g.abs().sum().item<float>() > 0),
            Is.EquivalentTo(plan.Parameters.Where(parameter => parameter.Owner.Serves(1)))
        );
        Assert.That(store.Parameters["site.tasks.a.a.weight"].grad, Is.Null);
        Assert.That(store.Parameters["site.tasks.a.b.weight"].grad, Is.Null);
    }

    // The 16 3x3 convolutions of ResNet18 have 3,392 channels that enter and 3,840 that leave: 4 * (9 * 3392 + 3840) =
    // 137,472 for each task, beside 11,197,032 of hard sharing with heads of 40 outputs; Some.Tasks have 6.
    [Test]
    public void Its_count_is_that_of_hard_sharing_and_two_convolutions_a_task_and_site()
    {
        var plan = NetworkPlanner.Plan(
            Some.Experiment(new ResNet18(1, ShortcutNorm: true), new Conv(), new LowRank(4)),
            new ImageSize(64, 64)
        );
        const int Hard = 11_197_032 - (34 * 513);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.TotalParameters, Is.EqualTo(Hard + (3 * 137_472)));
            Assert.That(plan.ActiveParameters, Is.EqualTo(Hard + 137_472));
        }
    }

    // A 3x3 from 4 to 3 and a 1x1 from 3 to 6 channels beside a 3x3 from 4 to 6, on 5x4 pixels.
    [Test]
    public void Its_multiply_accumulates_are_those_of_the_shared_layer_and_one_task() =>
        Assert.That(
            new LowRank(3).PlanSite(Site(1), new RoutingContext(new Conv(), ["a", "b"], 2)).Macs(0),
            Is.EqualTo(20 * ((9 * 4 * 6) + (9 * 4 * 3) + (3 * 6)))
        );

    static ConvSite Site(int stride) =>
        new(
            "site",
            new FeatureShape(4, 5, 4),
            6,
            3,
            stride,
            Bias: false,
            Replaceable: true,
            NormName: null,
            (_, _) => new Initialization.Normal(1)
        );
}
