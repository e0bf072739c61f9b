using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>What all tasks have in common is computed once; nobody can tell by the numbers.</summary>
public sealed class CommonPassTests
{
    static IEnumerable<TestCaseData> Networks =>
    [
        new TestCaseData(new Etr(new PerTask<decimal>(0.5m, [], []), TaskBranch.Conv3x3, NormOwnership.Owned)).SetArgDisplayNames("etr owned"),
        new TestCaseData(new Etr(new PerTask<decimal>(0.5m, [], []), TaskBranch.Conv3x3, NormOwnership.SharedBatch)).SetArgDisplayNames("etr shared_batch"),
        new TestCaseData(new HardSharing()).SetArgDisplayNames("hard_sharing"),
    ];

    [TestCaseSource(nameof(Networks))]
    public void A_synchronized_step_has_the_gradients_and_statistics_of_one_task_at_a_time(IRouting routing)
    {
        using var scope = NewDisposeScope();
        using var one = NewNetwork(routing);
        using var all = NewNetwork(routing);
        var batch = Images();
        for (var task = 0; task < 3; task++)
        {
            var outputs = one.Forward(batch.Images, new Pass(task, Training: true)).Single().Outputs;
            Some.Tasks[task].Kind.Loss(outputs, batch.Targets[task]).backward();
        }

        using var gradients = new Recorded(all.Tensors);
        new Trainer(all, Some.Tasks, gradients, UpdateStrategy.Synchronized, [1, 1, 1], InactiveGradients.Skip).Step(batch, 1).Dispose();

        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, parameter) in one.Tensors.Parameters)
            {
                var (expected, found) = (parameter.grad!, gradients.ByName[name]);
                Assert.That(Largest(found - expected), Is.LessThanOrEqualTo(1e-5 + (1e-4 * Largest(expected))), name);
            }

            foreach (var (name, buffer) in one.Tensors.Buffers)
            {
                Assert.That(Largest(all.Tensors.Buffers[name] - buffer), Is.LessThan(1e-5), name);
            }
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void An_evaluation_gives_the_outputs_of_one_task_at_a_time(IRouting routing)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = NewNetwork(routing);
        var images = Images().Images;
        var common = network.Common(images, training: false);
        for (var task = 0; task < 3; task++)
        {
            var pass = new Pass(task, Training: false);
            var difference = network.FromCommon(common, pass).Single().Outputs - network.Forward(images, pass).Single().Outputs;
            Assert.That(Largest(difference), Is.LessThan(1e-6), $"task {task}");
        }
    }

    // An optimiser that moves nothing and keeps each gradient it is shown, of which there must be one for every parameter.
    sealed class Recorded(TensorStore tensors) : IOptimizerState
    {
        public Dictionary<string, Tensor> ByName { get; } = [];

        public IDictionary<string, long> Steps { get; } = new Dictionary<string, long>();

        public IReadOnlyDictionary<string, Tensor> Moments { get; } = new Dictionary<string, Tensor>();

        public void Step(double factor, Owner? owner = null)
        {
            foreach (var (plan, parameter) in tensors.Storages.Where(storage => owner is null || storage.Owner == owner).SelectMany(storage => storage.Parameters))
            {
                if (parameter.grad is { } gradient)
                {
                    ByName.Add(plan.Name, gradient.clone().DetachFromDisposeScope());
                }
            }
        }

        public void Dispose()
        {
            foreach (var gradient in ByName.Values)
            {
                gradient.Dispose();
            }
        }
    }

    static double Largest(Tensor x) => x.abs().max().ToDouble();

    static Network NewNetwork(IRouting routing)
    {
        var operation = new Nlp([new AvgPool(3), new FixedConv(3, true, FixedWeights.Real, 1), new Perturb(0.1, NoiseMasks.PerChannel)], 2, DownSampling.After);
        var experiment = Some.Experiment(new ResNet18(0.125, ShortcutNorm: true), operation, routing);
        experiment = experiment with { Training = experiment.Training with { Update = UpdateStrategy.Synchronized } };
        return new Network(NetworkPlanner.Plan(experiment, new ImageSize(32, 32)), seed: 3, CPU);
    }

    static Batch Images() => new(
        Draw.Images("x", 4, new FeatureShape(3, 32, 32)).detach(),
        [.. Some.Tasks.Select(task => ones([4, task.Kind.Columns.Length]))]);
}
