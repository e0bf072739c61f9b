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
    // torchvision/models/resnet.py and vgg.py at an eighth of the width, with a linear map in place of vgg's classifier.
    const string Models = """
        import torch
        from torch import nn

        class Block(nn.Module):
            def __init__(self, i, o, stride):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
                self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
                self.downsample = None
                if stride != 1:
                    self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
            def forward(self, x):
                y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
                return torch.relu(y + (x if self.downsample is None else self.downsample(x)))

        class ResNet18(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8)
                self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 8, 1))
                self.layer2 = nn.Sequential(Block(8, 16, 2), Block(16, 16, 1))
                self.layer3 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1))
                self.layer4 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1))
                self.fc = nn.Linear(64, 6)
            def forward(self, x):
                x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
                x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
                return self.fc(x.mean((2, 3)))

        class Vgg16(nn.Module):
            def __init__(self):
                super().__init__()
                layers, i = [], 3
                for o in [8, 8, 'M', 16, 16, 'M', 32, 32, 32, 'M', 64, 64, 64, 'M', 64, 64, 64, 'M']:
                    if o == 'M':
                        layers += [nn.MaxPool2d(2, 2)]
                    else:
                        layers += [nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU()]
                        i = o
                self.features, self.classifier = nn.Sequential(*layers), nn.Linear(64, 6)
            def forward(self, x):
                return self.classifier(self.features(x).mean((2, 3)))

        """;

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
            {{Models.ReplaceLineEndings("\n")}}
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

    static Experiment Of(string backbone, string routing, UpdateStrategy update) =>
        Combinations.Experiment(backbone, "conv", routing, update);

    static void AssertRefused(Experiment experiment, string said)
    {
        using var network = new Network(NetworkPlanner.Plan(experiment, new(32, 32)), seed: 1, TorchSharp.torch.CPU);
        Assert.That(
            () => TorchvisionTensors.Of(network, experiment),
            Throws.InstanceOf<DataException>().With.Message.Contains(said)
        );
    }
}
