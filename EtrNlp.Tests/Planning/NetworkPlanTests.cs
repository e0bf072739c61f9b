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

namespace EtrNlp.Tests.Planning;

/// <summary>Networks on paper: shapes, owners and counts.</summary>
public sealed class NetworkPlanTests
{
    [TestCase(1, 5, 7)]
    [TestCase(2, 3, 4)]
    public void A_stride_rounds_the_size_up(int stride, int height, int width) =>
        Assert.That(new FeatureShape(6, 5, 7).Strided(stride), Is.EqualTo(new FeatureShape(6, height, width)));

    // 0.1953125 * 64 = 12.5 goes up to 13, 0.19 * 64 = 12.16 down to 12; 0.05 * 64 = 3.2 is below the least of 8.
    [TestCase(0.1953125, 13)]
    [TestCase(0.19, 12)]
    [TestCase(0.05, 8)]
    [TestCase(2, 128)]
    public void A_width_rounds_half_up_and_leaves_at_least_eight_channels(double width, int channels) =>
        Assert.That(Width.Scale(width, 64, multiple: 1), Is.EqualTo(channels));

    // 0.45 * 64 = 28.8 and 1.65 * 64 = 105.6; 7 * 10 = 70.
    [TestCase(0.45, 2, 30)]
    [TestCase(1.65, 2, 106)]
    [TestCase(0.05, 3, 9)]
    [TestCase(0.05, 16, 16)]
    [TestCase(1, 7, 70)]
    [TestCase(1, 64, 64)]
    public void Channels_then_go_up_to_a_multiple_the_operation_can_use(double width, int multiple, int channels) =>
        Assert.That(Width.Scale(width, 64, multiple), Is.EqualTo(channels));

    static IReadOnlyList<string> Backbones => KnownBackbones.All.Names;

    [Test]
    public void Every_width_can_be_had_with_every_number_of_groups(
        [ValueSource(nameof(Backbones))] string backbone,
        [Values(0.01, 0.33, 0.45, 1.65)] double width,
        [Values(1, 2, 3, 7, 40)] int groups,
        [Values("hard_sharing", "single_task", "etr")] string routing
    )
    {
        var experiment = Experiment(backbone, $"groups: {groups}", routing, width);

        var plan = NetworkPlanner.Plan(experiment, new ImageSize(32, 32));

        Assert.That(LayerSummary.Widths(plan).Select(channels => channels % groups), Is.All.Zero);
    }

    // 29, 58, 115: the third is no multiple of the second.
    [Test]
    public void One_group_per_channel_needs_widths_that_double()
    {
        var experiment = Experiment("resnet18", "groups: channels", "hard_sharing", 0.45);

        Assert.That(
            () => NetworkPlanner.Plan(experiment, new ImageSize(32, 32)),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains("58 groups do not divide the 115 channels")
        );
    }

    static Experiment Experiment(string backbone, string keysOfNlp, string routing, double width) =>
        Some.Experiment(
            KnownBackbones.All.Default(backbone).At(width),
            KnownOperations.All.Default("nlp", keysOfNlp),
            KnownRoutings.All.Default(routing)
        );

    [Test]
    public void A_parameter_serves_its_owner_or_everybody()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { Owner.Shared.Serves(0), Owner.Shared.Serves(5), Owner.Of(5).Serves(5) }, Has.All.True);
            Assert.That(Owner.Of(0).Serves(5), Is.False);
        }
    }

    // A trunk of 3 * 4 * 9 shared weights, heads of 4 * 2 + 2 and 4 * 5 + 5. One task reaches the trunk, and every head
    // counts.
    [Test]
    public void Every_head_counts_as_active()
    {
        var plan = Plan("a", "b");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.TotalParameters, Is.EqualTo(108 + 10 + 25));
            Assert.That(plan.ActiveParameters, Is.EqualTo(108 + 10 + 25));
            Assert.That(plan.Macs, Is.EqualTo((108 * 6 * 6) + 8 + 20));
        }
    }

    static IRouting[] Routings =>
        [
            new HardSharing(),
            new Etr(new PerTask<decimal>(0.5m, [], []), TaskBranch.Conv3x3, NormOwnership.Owned),
            new SingleTask(),
        ];

    // ResNet18 with 8, 16, 32 and 64 channels on 32x32 images, every convolution and every norm. Stem 16x16: 2 * 2048,
    // pooled 8x8: 512. Stages of 512, 256, 128 and 64 numbers a layer: 8 layers, and 2 more in the shortcut of all but
    // the first: 4096 + 2560 + 1280 + 640. Last the mean of 64 channels. An activation lies in the memory of its norm.
    [TestCaseSource(nameof(Routings))]
    public void A_route_holds_what_leaves_its_own_and_the_shared_layers(IRouting routing)
    {
        using var network = Some.Network(new Conv(), routing, routing.Updates[0], seed: 1);

        Assert.That(network.Plan.Features, Is.EqualTo(4096 + 512 + 4096 + 2560 + 1280 + 640 + 64));
    }

    [Test]
    public void Two_parameters_cannot_share_a_name() => Assert.That(() => Plan("a", "a"), Throws.ArgumentException);

    static NetworkPlan Plan(string first, string second)
    {
        var trunk = new ConvolutionPlan(
            "conv",
            new FeatureShape(3, 6, 6),
            4,
            3,
            1,
            Bias: false,
            Owner.Shared,
            (_, _) => new Initialization.Constant(0)
        );
        return new NetworkPlan(
            trunk,
            [new LinearPlan(first, trunk.Output, 2, Owner.Of(0)), new LinearPlan(second, trunk.Output, 5, Owner.Of(1))],
            [first, second],
            Routes: 2,
            "shared"
        );
    }
}
