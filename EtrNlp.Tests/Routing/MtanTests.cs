using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>Attention of every task on one trunk; what it computes is in <see cref="MtanPyTorchTests"/>.</summary>
public sealed class MtanTests
{
    // Trunk 24,943,296; for each task five masks of two 1x1 convolutions and norms, 2,228,736 in all; five 3x3
    // convolutions and norms between them, 5,093,760; for o outputs a head of 36,928 + 65 o. Another program counted.
    [TestCase(new[] { 13, 1, 3 }, 36_834_769)]
    [TestCase(new[] { 1, 1, 1, 1, 1, 1, 1, 1 }, 46_197_064)]
    public void Without_masks_in_the_decoder_it_has_the_published_size(int[] outputs, int parameters) =>
        Assert.That(
            NetworkPlanner
                .Plan(
                    Experiment(new SegNet(1), new Mtan(Decoder: false)) with
                    {
                        Tasks = [.. outputs.Select(Dense)],
                    },
                    new ImageSize(32, 32)
                )
                .TotalParameters,
            Is.EqualTo(parameters)
        );

    // ResNet18 with heads of 6 outputs, 11,179,590; for each task masks of 64, 128, 256 and 512 channels, (2 C + 1) C +
    // (C + 1) C + 4 C and at the first C for 2 C: 1,046,144; a basic block to the next width after each of three
    // stages: 4,822,272.
    [Test]
    public void On_ResNet18_blocks_lead_from_stage_to_stage()
    {
        var plan = NetworkPlanner.Plan(Experiment(new ResNet18(1, true), new Mtan(true)), new ImageSize(64, 64));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.TotalParameters, Is.EqualTo(11_179_590 + (3 * 1_046_144) + 4_822_272));
            Assert.That(plan.ActiveParameters, Is.EqualTo(plan.TotalParameters), "all tasks pass together");
        }
    }

    // Sides of 37 and 42 pixels are odd at some stage of every backbone.
    [Test]
    public void Masks_and_what_leads_to_them_keep_apart_what_tasks_see(
        [Values("resnet18", "vgg16", "segnet")] string backbone,
        [Values] bool decoder
    )
    {
        using var scope = NewDisposeScope();
        var experiment = Experiment(KnownBackbones.All.Default(backbone, "width: 0.125"), new Mtan(decoder));
        using var network = new Network(NetworkPlanner.Plan(experiment, new ImageSize(37, 42)), seed: 1, CPU);
        var images = Draw.Images("x", 2, new FeatureShape(3, 37, 42));
        var before = Outputs();
        using (no_grad())
        {
            foreach (var parameter in network.Plan.Trunk.Parameters.Where(parameter => parameter.Owner == Owner.Of(1)))
            {
                network.Tensors[parameter].fill_(float.NaN);
            }
        }

        var after = Outputs();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(after[0], Is.EqualTo(before[0]));
            Assert.That(after[1], Is.All.NaN);
            Assert.That(after[2], Is.EqualTo(before[2]));
        }

        float[][] Outputs() =>
            [.. network.Forward(images, new Pass(0, Training: true)).Select(one => one.Outputs.Floats())];
    }

    // GradNorm compares at a layer of the trunk, also where masks are shared by the tasks of a tower.
    [TestCase("segnet", true, "decoder1.1.conv.weight")]
    [TestCase("segnet", false, "decoder1.1.conv.weight")]
    [TestCase("resnet18", true, "layer4.1.conv2.weight")]
    [TestCase("vgg16", true, "stage5.2.conv.weight")]
    public void The_last_shared_weight_is_the_trunks(string backbone, bool decoder, string expected)
    {
        var experiment = Experiment(KnownBackbones.All.Default(backbone, "width: 0.125"), new Mtan(decoder));
        string?[][] towers = [[null, null, null], ["both", null, "both"], ["all", "all", "all"]];

        Assert.That(
            towers.Select(names =>
                NetworkPlanner
                    .Plan(
                        experiment with
                        {
                            Tasks = [.. experiment.Tasks.Zip(names, (task, name) => task with { Tower = name })],
                        },
                        new ImageSize(32, 32)
                    )
                    .LastSharedWeight.Name
            ),
            Is.All.EqualTo(expected)
        );
    }

    // One trunk's worth of masks for the two tasks, which train them together, and one for the third.
    [Test]
    public void Tasks_of_a_tower_share_its_masks()
    {
        using var scope = NewDisposeScope();
        var experiment = Experiment(new ResNet18(0.125, true), new Mtan(true));
        var plan = NetworkPlanner.Plan(
            experiment with
            {
                Tasks = [.. experiment.Tasks.Select((task, t) => task with { Tower = t == 1 ? null : "both" })],
            },
            new ImageSize(32, 32)
        );
        using var network = new Network(plan, seed: 1, CPU);
        using (no_grad())
        {
            network.Tensors.Parameters["both.layer4.mask.conv1.weight"].fill_(float.NaN);
        }

        var outputs = network.Forward(Draw.Images("x", 2, new FeatureShape(3, 32, 32)), new Pass(0, Training: true));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                outputs.Select(one => (one.Task, one.Outputs.isfinite().all().item<bool>())),
                Is.EqualTo(new[] { (0, false), (1, true), (2, false) })
            );
            Assert.That(
                plan.Parameters.Where(parameter => parameter.Name.Contains(".mask."))
                    .Select(parameter => (parameter.Name.Split('.')[0], parameter.Owner))
                    .Distinct(),
                Is.EqualTo(new[] { ("both", Owner.Shared), ("t1", Owner.Of(1)) })
            );
        }
    }

    static LearningTask Dense(int outputs, int task) =>
        new($"t{task}", new Segmentation([.. Enumerable.Range(0, outputs).Select(c => $"{c}")], new OneVsRest()));

    static Experiment Experiment(IBackbone backbone, IRouting routing) =>
        Some.Experiment(backbone, new Conv(), routing);
}
