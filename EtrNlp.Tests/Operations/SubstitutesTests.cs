using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>Table 2's operations beside the NLP module; golden values hold their numbers and their counts.</summary>
public sealed class SubstitutesTests
{
    static readonly FeatureShape Input = new(5, 4, 6);

    // 45 * 7 weights, 0.3 of them not zero: 94.5, rounded down.
    [Test]
    public void Lbconv_learns_only_its_1x1_convolution_and_keeps_the_drawn_share_of_signs()
    {
        var plan = Replace(new LbConv(0.3), channels: 7);
        using var store = Draw.Store(plan);
        var weights = store.Buffers["op.fixed.weight"].Floats();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Buffers.Keys, Is.EqualTo(new[] { "op.fixed.weight" }));
            Assert.That(store.Parameters.Keys, Is.EqualTo(new[] { "op.pointwise.weight", "op.pointwise.bias" }));
            Assert.That(weights, Is.All.AnyOf(-1, 0, 1));
            Assert.That(weights.Count(weight => weight != 0), Is.EqualTo(94));
            Assert.That(weights, Is.SupersetOf(new[] { -1, 1 }));
        }
    }

    // All nine channels hold a single 1, in the first row. Channel 0 reads the pixel above on the left and so has it
    // below on the right, channel 1 reads the one above, and so on; weights 1 to 9 tell the channels apart.
    [Test]
    public void Shift_moves_every_channel_to_another_neighbour()
    {
        using var scope = NewDisposeScope();
        var plan = Replace(new ShiftModule(1, 1), channels: 1, new FeatureShape(9, 4, 5));
        using var store = Draw.Store(plan);
        using var noGrad = no_grad();
        store.Parameters["op.pointwise.weight"].copy_(arange(1, 10, ScalarType.Float32).view(1, 9, 1, 1));
        store.Parameters["op.pointwise.bias"].fill_(0.5);
        var x = zeros(1, 9, 4, 5);
        x[0, .., 0, 3] = 1;

        var y = plan.Build(store).Forward(x, default);

        float[] expected =
        [
            .. new[] { 0, 0, 6, 5, 4 },
            .. new[] { 0, 0, 3, 2, 1 },
            .. new[] { 0, 0, 0, 0, 0 },
            .. new[] { 0, 0, 0, 0, 0 },
        ];
        Assert.That(y.Floats(), Is.EqualTo(expected.Select(value => value + 0.5f)));
    }

    // 1.5 * 7 = 10.5: 5 * 10 + 10 * 7 weights; the stride is in the first, so both see 2 * 3 pixels.
    [Test]
    public void Expansion_widens_what_is_shifted()
    {
        var plan = Replace(new ShiftModule(2, 1.5m), channels: 7, stride: 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Parameters.Sum(parameter => parameter.Count), Is.EqualTo(50 + 70));
            Assert.That(plan.Macs(0), Is.EqualTo((50 + 70) * 2 * 3));
        }
    }

    [Test]
    public void Expansion_needs_a_convolution_before_the_shift()
    {
        var wrong = Assert.Throws<InvalidSettingException>(() => Replace(new ShiftModule(1, 2), channels: 7));
        Assert.That(wrong!.Key, Is.EqualTo("expansion"));
    }

    // Ratio 3 and 7 channels: 3 from the convolution, 2 copies of each, 9 cut to 7.
    [Test]
    public void Ghost_makes_the_rest_of_its_channels_from_the_first()
    {
        var plan = Replace(new Ghost(3, 5), channels: 7);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Output.Channels, Is.EqualTo(7));
            Assert.That(
                plan.Parameters.Sum(parameter => parameter.Count),
                Is.EqualTo((45 * 3) + (2 * 3) + (6 * 25) + (2 * 6))
            );
            Assert.That(plan.Macs(0), Is.EqualTo(((45 * 3) + (6 * 25)) * 4 * 6));
        }
    }

    static IEnumerable<TestCaseData> Published =>
        [
            // Ghost at ratio 4, whose #F fit Table 2: 46M and 0.32G.
            new(new ResNet18(1, ShortcutNorm: true), new Ghost(4, 3), 46.27e6, 0.005e6),
            new(new Vgg16(1, ReplaceFirst: true), new Ghost(4, 3), 0.3207e9, 0.00005e9),
            // The integers that give 164.84M, 45.36M and 43.21M, 1.4332G, 0.3362G and 0.1392G.
            new(new ResNet18(1, ShortcutNorm: true), new LbConv(0.5), 164843520, 0),
            new(new ResNet18(1, ShortcutNorm: true), new DepthWise(), 45356032, 0),
            new(new ResNet18(1, ShortcutNorm: true), new ShiftModule(2, 1), 43208704, 0),
            new(new Vgg16(1, ReplaceFirst: true), new LbConv(0.5), 1433161728, 0),
            new(new Vgg16(1, ReplaceFirst: true), new DepthWise(), 336199680, 0),
            new(new Vgg16(1, ReplaceFirst: true), new ShiftModule(1, 1), 139218944, 0),
        ];

    // Heads of 40 outputs, as Table 2's, count 512 * 40; those of Some.Tasks have 6.
    [TestCaseSource(nameof(Published))]
    public void Multiply_accumulates_are_those_of_Table_2(
        IBackbone backbone,
        IOperation operation,
        double expected,
        double rounding
    )
    {
        var plan = NetworkPlanner.Plan(Some.Experiment(backbone, operation, new HardSharing()), new ImageSize(64, 64));

        Assert.That(plan.Macs + (512 * 34), Is.EqualTo(expected).Within(rounding));
    }

    [Test]
    public void Beside_a_task_branch_each_is_one_layer_of_the_profile_under_its_own_name(
        [Values("lbconv", "shift", "depthwise", "ghost")] string operation
    )
    {
        var plan = NetworkPlanner.Plan(
            Combinations.Experiment("resnet18", operation, "etr", UpdateStrategy.SteadyState),
            new ImageSize(32, 32)
        );

        Assert.That(
            LayerSummary.Of(plan).Single(layer => layer.Name == "layer1.0.conv1").Kind,
            Does.StartWith($"{operation} + conv 3x3")
        );
    }

    static LayerPlan Replace(IOperation operation, int channels, FeatureShape? input = null, int stride = 1) =>
        operation.Replace(
            Sites.Of(input ?? Input, channels, stride, "norm"),
            "op",
            channels,
            Owner.Shared,
            new InnerNorms([""])
        );
}
