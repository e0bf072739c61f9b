using EtrNlp.Core.Backbones;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Exports;

/// <summary>Files with the names of torchvision, and whether their network is the one that a backbone takes.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TorchvisionBackboneTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // torchvision's resnet34, resnet50, vgg16 and vgg19_bn: a tensor that tells each from the one that is taken. All
    // have eighths of its channels but the last, which has all of them.
    [TestCase("resnet18", "conv1.weight", "layer1.2.conv1.weight", 8, 8, 3, 3)]
    [TestCase("resnet18", "conv1.weight", "layer1.0.conv1.weight", 8, 8, 1, 1)]
    [TestCase("vgg16", "features.0.weight", "features.2.weight", 8, 8, 3, 3)]
    [TestCase("segnet", "features.0.weight", "features.26.weight", 64, 32, 3, 3)]
    [TestCase("resnet18", "conv1.weight", "bn1.weight", 64)]
    public void Another_network_of_torchvision_is_refused(
        string backbone,
        string first,
        string other,
        params int[] shape
    )
    {
        var (file, size) = (Write((first, StemOf(backbone)), (other, shape)), string.Join(", ", shape));
        var experiment = Of(backbone, "nlp", "etr") with { InitFrom = file };
        var network = backbone == "resnet18" ? "resnet18" : "vgg16_bn";

        Assert.That(
            () => InitialWeights.Of(experiment)!.Check(NetworkPlanner.Plan(experiment, new(32, 32))),
            Throws
                .InstanceOf<InvalidSettingException>()
                .With.Message.Contains($"of width 0.125 starts from torchvision's {network} of that width, and {file}")
                .And.Message.Contains($"it has {other} [{size}]; convert the weights of {network}")
        );
    }

    // A bias before a norm, a norm behind a shortcut that has none here, and the last layers.
    [TestCase("vgg16", "features.0.weight", "features.0.bias", 8)]
    [TestCase("vgg16", "features.0.weight", "classifier.0.weight", 7, 7)]
    [TestCase("resnet18", "conv1.weight", "layer2.0.downsample.1.weight", 16)]
    [TestCase("resnet18", "conv1.weight", "fc.weight", 7, 7)]
    public void What_torchvision_has_beside_is_left(string backbone, string first, string other, params int[] shape)
    {
        var experiment = Of(backbone, "conv", "hard_sharing") with
        {
            InitFrom = Write((first, StemOf(backbone)), (other, shape)),
        };
        if (backbone == "resnet18")
        {
            experiment = experiment with { Backbone = new ResNet18(0.125, ShortcutNorm: false) };
        }

        using var network = new Network(NetworkPlanner.Plan(experiment, new(32, 32)), seed: 1, CPU);

        Assert.That(InitialWeights.Of(experiment)!.Load(network), Does.StartWith("init_from: 1 of "));
    }

    // The numbers are those of torchvision's documentation.
    [Test]
    public void Images_of_another_normalisation_than_torchvision_s_are_told()
    {
        var file = Write(("conv1.weight", StemOf("resnet18")));

        Assert.That(
            InitialWeights.Of(Of("resnet18", "conv", "hard_sharing") with { InitFrom = file })!.Notice,
            Is.EqualTo(
                "init_from: torchvision's own weights expect images of mean [0.485, 0.456, 0.406] and "
                    + "std [0.229, 0.224, 0.225], and this dataset's are of mean [0, 0, 0] and std [1, 1, 1]; "
                    + "image_table takes other numbers by its keys mean and std"
            )
        );
        var alike = new PixelNormalization([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
        Assert.That(TorchvisionBackbone.PixelNotice(alike), Is.Null);
    }

    static int[] StemOf(string backbone) => backbone == "resnet18" ? [8, 3, 7, 7] : [8, 3, 3, 3];

    string Write(params (string Name, int[] Shape)[] tensors)
    {
        var path = _folder.File("torchvision.safetensors");
        using var scope = NewDisposeScope();
        using var file = File.Create(path);
        NetworkFile.Write(
            file,
            new Dictionary<string, string>(),
            [.. tensors.Select(one => (one.Name, zeros([.. one.Shape.Select(side => (long)side)])))]
        );
        return path;
    }

    static Experiment Of(string backbone, string operation, string routing) =>
        Combinations.Experiment(backbone, operation, routing, UpdateStrategy.SteadyState);
}
