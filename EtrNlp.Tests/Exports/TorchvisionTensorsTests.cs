using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Exports;

/// <summary>Networks under the names of torchvision, loaded into its layers as its sources have them.</summary>
public sealed class TorchvisionTensorsTests
{
    [Test]
    public void They_are_all_tensors_of_its_networks_and_give_the_same_logits()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(RunExport.ModelName), RunExport.Model);
        foreach (var backbone in (string[])["resnet18", "vgg16"])
        {
            new ExportedNetwork(Of(backbone, "hard_sharing", UpdateStrategy.Joint)).Write(
                folder.File(backbone),
                folder.File($"{backbone}.answers"),
                forTorchvision: true
            );
        }

        OtherSoftware.Python(
            $$"""
            {{Torchvision.Models}}
            import sys
            sys.path.insert(0, '{{folder.Path}}')
            sys.dont_write_bytecode = True
            import etrnlp_model
            for name, model in [('resnet18', ResNet18()), ('vgg16', Vgg16())]:
                _, tensors = etrnlp_model.read(f'{{folder.Path}}/{name}')
                _, answers = etrnlp_model.read(f'{{folder.Path}}/{name}.answers')
                model.load_state_dict(tensors)
                with torch.no_grad():
                    logits = model.eval()(answers.pop('images'))
                expected = torch.cat(list(answers.values()), 1)
                assert (logits - expected).abs().max() < 1e-5 * expected.abs().max().clamp_min(1), name
            """,
            needs: "torch"
        );
    }

    [TestCase("resnet18", "etr", UpdateStrategy.Synchronized, "torchvision has no such layers; --names torchvision is")]
    [TestCase("segnet", "hard_sharing", UpdateStrategy.Joint, "no tensor such as decoder5.0.conv.weight; --names")]
    [TestCase("vgg16", "hard_sharing", UpdateStrategy.SteadyState, "each task has running statistics of its own")]
    public void Other_networks_are_refused(string backbone, string routing, UpdateStrategy update, string said) =>
        AssertRefused(Of(backbone, routing, update), said);

    [Test]
    public void A_shortcut_without_a_norm_is_refused() =>
        AssertRefused(
            Of("resnet18", "hard_sharing", UpdateStrategy.Joint) with
            {
                Backbone = new ResNet18(0.125, ShortcutNorm: false),
            },
            "a norm after layer2.0.downsample.0.weight, and this network none (shortcut_norm: false)"
        );

    // torchvision.models.resnet18() has 64 channels, and no key for others.
    [Test]
    public void A_width_other_than_1_is_refused()
    {
        var experiment = Of("resnet18", "hard_sharing", UpdateStrategy.Joint);
        using var network = new Network(NetworkPlanner.Plan(experiment, new(32, 32)), seed: 1, TorchSharp.torch.CPU);

        Assert.That(
            () => TorchvisionTensors.Of(network, experiment),
            Throws
                .InstanceOf<DataException>()
                .With.Message.Contains("torchvision has none of width 0.125; ")
                .And.Message.EndsWith("width 1")
        );
    }

    static Experiment Of(string backbone, string routing, UpdateStrategy update) =>
        Combinations.Experiment(backbone, "conv", routing, update);

    static void AssertRefused(Experiment experiment, string said)
    {
        using var network = new Network(NetworkPlanner.Plan(experiment, new(32, 32)), seed: 1, TorchSharp.torch.CPU);
        Assert.That(
            () => TorchvisionTensors.OfAnyWidth(network, experiment),
            Throws.InstanceOf<DataException>().With.Message.Contains(said)
        );
    }
}
