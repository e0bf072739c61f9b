using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Backbones;

/// <summary>What every backbone must keep. A new one is tested by being in the list.</summary>
[Category("Slow")]
public sealed class BackboneContractTests
{
    static IReadOnlyList<string> Names => KnownBackbones.All.Names;

    // 78x64 is CelebA's shape: halving it leaves odd sides.
    [Test]
    public void Features_have_the_planned_shape(
        [ValueSource(nameof(Names))] string name,
        [Values(32, 78)] int height,
        [Values("hard_sharing", "etr")] string routing
    )
    {
        using var scope = NewDisposeScope();
        var experiment = Some.Experiment(
            KnownBackbones.All.Default(name),
            KnownOperations.All.Default("nlp"),
            KnownRoutings.All.Default(routing)
        );
        using var network = new Network(NetworkPlanner.Plan(experiment, new ImageSize(height, 64)), seed: 1, CPU);

        var trunk = network.Plan.Trunk.Build(network.Tensors);
        var features = trunk.Forward(
            Draw.Images("x", 2, new FeatureShape(3, height, 64)),
            new EtrNlp.Core.Networks.Pass(0, Training: true)
        );

        var planned = network.Plan.Trunk.Output;
        Assert.That(features.shape, Is.EqualTo(new long[] { 2, planned.Channels, planned.Height, planned.Width }));
    }

    [Test]
    public void Vgg16_needs_an_image_that_can_be_halved_five_times()
    {
        var experiment = Some.Experiment(new Vgg16(1, ReplaceFirst: false), new Conv(), new HardSharing());

        var refusal = Assert.Throws<InvalidSettingException>(() =>
            NetworkPlanner.Plan(experiment, new ImageSize(64, 31))
        );

        Assert.That(
            (refusal.Key, refusal.Message),
            Is.EqualTo(("dataset.image_size", "dataset.image_size: this backbone needs 32 pixels each way, got 64x31"))
        );
    }

    // 3 primitives make 9 features of the image's 3 channels, and 2 groups do not divide 9.
    [Test]
    public void Vgg16_keeps_its_first_convolution_unless_asked([Values] bool replaceFirst)
    {
        var experiment = Some.Experiment(
            new Vgg16(1, replaceFirst),
            KnownOperations.All.Default("nlp"),
            new HardSharing()
        );

        Assert.That(
            () => NetworkPlanner.Plan(experiment, new ImageSize(32, 32)),
            replaceFirst ? Throws.TypeOf<InvalidSettingException>() : Throws.Nothing
        );
    }
}
