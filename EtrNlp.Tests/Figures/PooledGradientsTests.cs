using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Figures;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using EtrNlp.Tests.Training;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Figures;

/// <summary>Gradients of single examples at the layers of a small ResNet18.</summary>
public sealed class PooledGradientsTests
{
    const string LastBlock = "layer4.1";

    static IEnumerable<IRouting> Routings => [new HardSharing(), SmallTraining.Etr(TaskBranch.Conv3x3)];

    static NetworkPlan Plan(IRouting routing) =>
        NetworkPlanner.Plan(
            Some.Experiment(new ResNet18(0.125, ShortcutNorm: true), new Conv(), routing),
            new ImageSize(32, 32)
        );

    // Behind the last block are a global average and a linear head: summed over pixels the gradient is
    // W' (sigmoid(z) - y) / K, K columns being averaged by the loss of one example.
    [TestCaseSource(nameof(Routings))]
    public void At_the_last_block_they_are_as_the_head_says(IRouting routing)
    {
        using var scope = NewDisposeScope();
        using var gradients = new PooledGradients();
        using var network = new Network(gradients.Watched(Plan(routing)), 1, CPU);
        using var plain = new Network(Plan(routing), 1, CPU);
        var batch = SmallTraining.NewBatch();

        gradients.Add(network, Some.Tasks, batch, count: 3);

        for (var task = 0; task < Some.Tasks.Length; task++)
        {
            var pass = new Pass(plain.Plan.Routes == 1 ? 0 : task, Training: false);
            var outputs = plain.Forward(batch.Images, pass).Single(one => one.Task == task).Outputs;
            var weight = plain.Tensors.Parameters[plain.Plan.Heads[task].Parameters.First().Name];
            var errors = (outputs.sigmoid() - batch.Targets[task]) / Some.Tasks[task].Kind.Columns.Length;
            var expected = errors.matmul(weight).narrow(0, 0, 3);
            Assert.That(gradients.Of(LastBlock, task).allclose(expected, 1e-4, 1e-6), Is.True, $"task {task}");
        }
    }

    [Test]
    public void An_example_has_the_same_gradient_whichever_others_are_in_its_batch()
    {
        using var scope = NewDisposeScope();
        using PooledGradients together = new(), alone = new();
        var batch = SmallTraining.NewBatch();
        using (var network = new Network(together.Watched(Plan(new HardSharing())), 1, CPU))
        {
            together.Add(network, Some.Tasks, batch, count: 4);
        }

        using (var network = new Network(alone.Watched(Plan(new HardSharing())), 1, CPU))
        {
            alone.Add(network, Some.Tasks, batch, count: 1);
        }

        Assert.That(together.Layers, Has.Count.EqualTo(17).And.EqualTo(alone.Layers)); // a stem and two a block
        Assert.That((together.Examples, alone.Examples), Is.EqualTo((4, 1)));
        foreach (var layer in together.Layers)
        {
            var (first, same) = (together.Of(layer, 2).narrow(0, 0, 1), alone.Of(layer, 2));
            var size = first.abs().max().item<float>();
            Assert.That((first - same).abs().max().item<float>(), Is.LessThan(Rounding.OfSmallNetworks(size)), layer);
        }
    }

    [Test]
    public void Parameters_keep_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var gradients = new PooledGradients();
        using var network = new Network(gradients.Watched(Plan(new HardSharing())), 1, CPU);

        gradients.Add(network, Some.Tasks, SmallTraining.NewBatch(), count: 2);

        Assert.That(network.Tensors.Parameters.Values.Select(parameter => parameter.grad), Is.All.Null);
    }
}
