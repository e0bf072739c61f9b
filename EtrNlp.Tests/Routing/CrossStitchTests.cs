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

namespace EtrNlp.Tests.Routing;

/// <summary>Towers and what mixes them; the units' own arithmetic is compared with the golden file.</summary>
public sealed class CrossStitchTests
{
    static IEnumerable<string> Backbones => KnownBackbones.All.Names;

    // Each backbone's stages but the last: SegNet's four poolings, and what enters its five stages up.
    [TestCase("resnet18", "layer1 16, layer2 8, layer3 4")]
    [TestCase("vgg16", "stage1 32, stage2 16, stage3 8, stage4 4")]
    [TestCase(
        "segnet",
        "encoder1 32, encoder2 16, encoder3 8, encoder4 4, encoder5 2, decoder5 4, decoder4 8, decoder3 16, decoder2 32"
    )]
    public void A_unit_stands_between_each_two_stages(string backbone, string expected)
    {
        var plan = NetworkPlanner.Plan(Experiment(backbone, new CrossStitch(PerChannel: false, 0.9)), new(64, 64));

        var units = Inside(plan.Trunk).OfType<StitchPlan>().ToArray();

        Assert.That(
            string.Join(", ", units.Select(unit => $"{unit.Name.Split('.')[0]} {unit.Input.Height}")),
            Is.EqualTo(expected)
        );
    }

    [Test]
    public void Towers_that_keep_all_of_their_own_are_independent_networks_bit_for_bit(
        [ValueSource(nameof(Backbones))] string backbone,
        [Values] bool perChannel
    )
    {
        using var scope = NewDisposeScope();
        using var stitched = Build(Experiment(backbone, new CrossStitch(perChannel, Own: 1)));
        using var apart = Build(Experiment(backbone, new SingleTask()));
        var images = Draw.Images("x", 3, new FeatureShape(3, 37, 42));

        var together = stitched.Forward(images, new Pass(0, Training: true));
        together.Select(one => Upstream(one.Task, one.Outputs)).Aggregate((sum, one) => sum + one).backward();
        for (var t = 0; t < 3; t++)
        {
            var alone = apart.Forward(images, new Pass(t, Training: true))[0].Outputs;
            Upstream(t, alone).backward();
            Assert.That(together[t].Outputs.Bits(), Is.EqualTo(alone.Bits()));
        }

        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, parameter) in apart.Tensors.Parameters)
            {
                Assert.That(stitched.Tensors.Parameters[name].grad!.Bits(), Is.EqualTo(parameter.grad!.Bits()), name);
            }

            foreach (var (name, statistics) in apart.Tensors.Buffers)
            {
                Assert.That(stitched.Tensors.Buffers[name].Bits(), Is.EqualTo(statistics.Bits()), name);
            }
        }
    }

    // Nothing mixes towers behind their last stage, so that it speaks to the tasks of its tower alone.
    [Test]
    public void Tasks_of_a_tower_read_its_features_and_no_others()
    {
        using var scope = NewDisposeScope();
        var experiment = Experiment("resnet18", new CrossStitch(PerChannel: false, 0.9));
        using var network = Build(
            experiment with
            {
                Tasks = [.. experiment.Tasks.Select((task, t) => task with { Tower = t == 1 ? null : "both" })],
            }
        );
        using (no_grad())
        {
            network.Tensors.Parameters["both.layer4.1.conv2.weight"].fill_(float.NaN);
        }

        var outputs = network.Forward(Draw.Images("x", 2, new FeatureShape(3, 32, 32)), new Pass(0, Training: true));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(outputs.Select(one => one.Task), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(
                outputs.Select(one => one.Outputs.isfinite().all().item<bool>()),
                Is.EqualTo(new[] { false, true, false })
            );
            Assert.That(network.Plan.Lanes, Is.EqualTo(new[] { 0, 1, 0 }));
        }
    }

    [Test]
    public void One_tower_is_a_mistake_with_a_remedy()
    {
        var experiment = Experiment("resnet18", new CrossStitch(PerChannel: false, 0.9));

        Assert.That(
            () => Build(experiment with { Tasks = [.. experiment.Tasks.Select(task => task with { Tower = "a" })] }),
            Throws.InstanceOf<InvalidSettingException>()
                .With.Message.EqualTo(
                    "tasks: cross_stitch mixes towers, and all tasks are in tower 'a'; name two or more by tower"
                )
        );
    }

    // A task that is named like the tower of another joins it.
    [Test]
    public void Towers_of_several_tasks_are_told(
        [ValueSource(nameof(Backbones))] string backbone,
        [Values("cross_stitch", "mtan")] string routing
    )
    {
        var experiment = Experiment(backbone, KnownRoutings.All.Default(routing));
        string?[] towers = ["t2", "one", null];

        Assert.That(NetworkPlanner.Notices(experiment, new(64, 64)), Is.Empty);
        Assert.That(
            NetworkPlanner.Notices(
                experiment with
                {
                    Tasks = [.. experiment.Tasks.Zip(towers, (task, tower) => task with { Tower = tower })],
                },
                new(64, 64)
            ),
            Is.EqualTo(new[] { "routing.kind: towers t2 (t0, t2), one (t1)" })
        );
    }

    // Only what differs between towers is cut off a name.
    [TestCase("resnet18", "stem.pool, pool")]
    [TestCase("vgg16", "stage1.pool, stage2.pool, stage3.pool, stage4.pool, stage5.pool, pool")]
    public void Layers_beside_each_other_keep_their_names(string backbone, string pools)
    {
        var plan = NetworkPlanner.Plan(Experiment(backbone, new CrossStitch(PerChannel: false, 0.9)), new(64, 64));
        var names = LayerSummary.Of(plan).Select(layer => layer.Name).ToArray();

        Assert.That(string.Join(", ", names.Where(name => name.EndsWith("pool"))), Is.EqualTo(pools));
        Assert.That(names, Has.None.StartsWith("t0."));
    }

    static Experiment Experiment(string backbone, IRouting routing) =>
        Some.Experiment(KnownBackbones.All.Default(backbone, "width: 0.125"), new Conv(), routing);

    static Network Build(Experiment experiment) =>
        new(NetworkPlanner.Plan(experiment, new ImageSize(37, 42)), seed: 1, CPU);

    static Tensor Upstream(int task, Tensor outputs) => (outputs * Draw.Gaussian($"{task}", outputs.shape)).sum();

    static IEnumerable<LayerPlan> Inside(LayerPlan plan) => plan.Children.SelectMany(Inside).Prepend(plan);
}
