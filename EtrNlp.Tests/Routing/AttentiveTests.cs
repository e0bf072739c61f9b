using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>Attention per task: its counts, its start, and where it cannot be.</summary>
public sealed class AttentiveTests
{
    // W1 and W2 of 2 x 32 weights each, and 2 + 32 biases, for each of three tasks.
    [TestCase(true, 3 * (128 + 34))]
    [TestCase(false, 3 * 128)]
    public void Its_counts_are_those_of_two_linear_maps(bool bias, int parameters)
    {
        var plan = Attention(new Attentive(16, bias), Site(32));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(parameters));
            Assert.That(plan.Macs(1), Is.EqualTo(128));
        }
    }

    [Test]
    public void Fewer_channels_than_the_reduction_are_a_mistake_with_a_remedy()
    {
        var wrong = Assert.Throws<InvalidSettingException>(() => new Attentive(16, true).PlanSite(Site(15), Context));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong!.Key, Is.EqualTo("reduction"));
            Assert.That(
                wrong.Message,
                Does.Contain("16 is more than the 15 channels of site; choose at most 15, or a wider backbone")
            );
        }
    }

    [Test]
    public void It_stands_behind_the_norm()
    {
        var layers = ChainPlan.Flattened(new Attentive(16, true).PlanSite(Site(16) with { NormName = "n" }, Context));
        Assert.That(
            layers.Select(layer => layer.GetType()),
            Is.EqualTo(new[] { typeof(ConvolutionPlan), typeof(NormPlan), typeof(AttentionPlan) })
        );
    }

    // The default is uniform in 1 / sqrt(fan in); a backbone that says how biases start is asked for (fan in, fan out).
    [Test]
    public void It_starts_as_its_backbone_says()
    {
        var (byDefault, bySite) = (
            Attention(new Attentive(16, true), Site(32)),
            Attention(
                new Attentive(16, true),
                Site(32) with
                {
                    WeightInitialization = XavierInitialization.Weight,
                    BiasInitialization = XavierInitialization.Bias,
                }
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                byDefault.Parameters.Take(4).Select(parameter => parameter.Initialization),
                Is.EqualTo(new[] { 32, 32, 2, 2 }.Select(fanIn => new Initialization.Uniform(1 / Math.Sqrt(fanIn))))
            );
            Assert.That(
                bySite.Parameters.Take(4).Select(parameter => parameter.Initialization),
                Is.EqualTo(
                    new Initialization[]
                    {
                        new Initialization.Normal(Math.Sqrt(2.0 / 34)),
                        new Initialization.Constant(0),
                        new Initialization.Normal(Math.Sqrt(2.0 / 34)),
                        new Initialization.Constant(0),
                    }
                )
            );
        }
    }

    [Test]
    public void Nothing_of_another_task_reaches_a_task()
    {
        using var scope = NewDisposeScope();
        var plan = Attention(new Attentive(16, true), Site(32));
        using var store = Draw.Store(plan);
        var layer = plan.Build(store);
        var x = Draw.Images("x", 3, plan.Input);
        var before = layer.Forward(x, new Pass(1, true)).Bits();
        using (no_grad())
        {
            foreach (var parameter in plan.Parameters.Where(parameter => parameter.Owner != Owner.Of(1)))
            {
                store[parameter].fill_(float.NaN);
            }
        }

        Assert.That(layer.Forward(x, new Pass(1, true)).Bits(), Is.EqualTo(before));
    }

    static RoutingContext Context { get; } = new(new Conv(), ["a", "b", "c"], 3);

    static LayerPlan Attention(Attentive routing, ConvSite site) =>
        ((ChainPlan)routing.PlanSite(site, Context)).Layers[^1];

    static ConvSite Site(int channels) =>
        new(
            "site",
            new FeatureShape(4, 5, 4),
            channels,
            3,
            1,
            Bias: false,
            Replaceable: true,
            NormName: null,
            (_, _) => new Initialization.Normal(0.2)
        );
}
