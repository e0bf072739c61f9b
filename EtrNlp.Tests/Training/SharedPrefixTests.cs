using EtrNlp.Core.Backbones;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>What all tasks have in common is computed once; nobody can tell by the numbers.</summary>
[Category("Slow")]
public sealed class SharedPrefixTests
{
    static readonly PerTask<decimal> Half = new(0.5m, [], []);

    static IEnumerable<TestNetwork> Networks =>
        [
            new(new Etr(Half, TaskBranch.Conv3x3, NormOwnership.Owned)),
            new(new Etr(Half, TaskBranch.Conv3x3, NormOwnership.SharedBatch)),
            new(new Etr(Half, TaskBranch.Nlp1x1, NormOwnership.Owned)),
            new(new Etr(new PerTask<decimal>(null, [0.25m, 0.5m, 0.75m], []), TaskBranch.Conv3x3, NormOwnership.Owned)),
            new(
                new Etr(
                    new PerTask<decimal>(null, [0.25m, 0.5m, 0.75m], []),
                    TaskBranch.Conv3x3,
                    NormOwnership.Owned,
                    new TaskRouting(0.6m)
                )
            ),
            new(new Etr(Half, TaskBranch.Nlp1x1, NormOwnership.SharedBatch, new TaskRouting(0.6m))),
            new(new HardSharing()),
            new(new PartitionedTrunk(new TaskRouting(0.6m))),
            new(new PartitionedTrunk(new TaskRouting(0.6m)), new ResNet18(0.125, ShortcutNorm: false)),
            new(new Attentive(4, Bias: true)),
            new(new LowRank(2)),
            new(new Etr(Half, TaskBranch.Conv3x3, NormOwnership.Owned), new Vgg16(0.5, ReplaceFirst: false)),
            new(new Etr(Half, TaskBranch.Conv3x3, NormOwnership.Owned), new SegNet(0.125)),
            new(new Etr(new PerTask<decimal>(null, [0, 0.5m, 1], []), TaskBranch.Conv3x3, NormOwnership.Owned)),
            new(new Etr(Half, TaskBranch.Conv3x3, NormOwnership.Owned), new Vgg16(0.5, ReplaceFirst: true), Groups: 1),
        ];

    static IEnumerable<RoutesAtOnce> Teams => [new(1, 1), new(1, 2), new(1, 3), new(2, 1), new(3, 1), new(2, 2)];

    [Test]
    public void A_synchronized_step_has_the_gradients_and_statistics_of_one_task_at_a_time(
        [ValueSource(nameof(Networks))] TestNetwork network,
        [ValueSource(nameof(Teams))] RoutesAtOnce atOnce
    )
    {
        using var scope = NewDisposeScope();
        using var team = new RouteThreads(routes: 3, atOnce);
        using var one = NewNetwork(network);
        using var all = NewNetwork(network);
        var batch = Images();
        for (var task = 0; task < 3; task++)
        {
            var outputs = one.Forward(batch.Images, new Pass(task, Training: true)).Single().Outputs;
            Some.Tasks[task].Kind.Loss(outputs, batch.Targets[task]).backward();
        }

        using var gradients = new Recorded(all.Tensors);
        using var trainer = new Trainer(
            all,
            Some.Tasks,
            gradients,
            UpdateStrategy.Synchronized,
            new Equal(),
            InactiveGradients.Skip,
            team
        );
        trainer.Step(batch, Some.Clock, 1).Dispose();

        // A bias before a norm has no gradient but what rounding leaves of those it is the sum of, so the largest of
        // the network is the measure; every other parameter's is at least 1/1250 of that.
        var bound = Rounding.OfSmallNetworks(one.Tensors.Parameters.Values.Max(parameter => Largest(parameter.grad!)));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (name, parameter) in one.Tensors.Parameters)
            {
                var (expected, found) = (parameter.grad!, gradients.ByName[name]);
                Assert.That(Largest(found - expected), Is.LessThanOrEqualTo(bound), name);
            }

            foreach (var (name, buffer) in one.Tensors.Buffers)
            {
                var difference = Largest(all.Tensors.Buffers[name] - buffer);
                Assert.That(difference, Is.LessThanOrEqualTo(Rounding.OfSmallNetworks(Largest(buffer))), name);
            }
        }
    }

    [Test]
    public void Routes_side_by_side_give_the_outputs_of_one_task_at_a_time(
        [ValueSource(nameof(Networks))] TestNetwork network,
        [Values(1, 2, 3)] int routesAtOnce
    )
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var built = NewNetwork(network);
        var images = Images().Images;
        var prefix = built.Prefix(images, training: false);
        foreach (
            var (task, outputs) in Pass.Over(3, routesAtOnce, training: false)
                .SelectMany(pass => built.FromPrefix(prefix, pass))
        )
        {
            var alone = built.Forward(images, new Pass(task, Training: false)).Single().Outputs;
            var bound = Rounding.OfSmallNetworks(Largest(alone));
            Assert.That(Largest(outputs - alone), Is.LessThanOrEqualTo(bound), $"task {task}");
        }
    }

    // An optimiser that moves nothing and keeps each gradient it is shown, of which there must be one for every
    // parameter.
    sealed class Recorded(TensorStore tensors) : IOptimizerState
    {
        public Dictionary<string, Tensor> ByName { get; } = [];

        public IDictionary<string, long> Steps { get; } = new Dictionary<string, long>();

        public IReadOnlyDictionary<string, Tensor> Moments { get; } = new Dictionary<string, Tensor>();

        public void Step(double factor, Owner? owner = null)
        {
            foreach (
                var (plan, parameter) in tensors
                    .Storages.Where(storage => owner is null || storage.Owner == owner)
                    .SelectMany(storage => storage.Parameters)
            )
            {
                if (parameter.grad is { } gradient)
                {
                    lock (ByName)
                    {
                        ByName.Add(plan.Name, gradient.clone().DetachFromDisposeScope());
                    }
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

    static Network NewNetwork(TestNetwork network)
    {
        var operation = new Nlp(
            [new AvgPool(3), new FixedConv(3, true, FixedWeights.Real, 1), new Perturb(0.1, NoiseMasks.PerChannel)],
            network.Groups,
            DownSampling.After
        );
        return Some.Network(operation, network.Routing, UpdateStrategy.Synchronized, seed: 3, network.Backbone);
    }

    static Batch Images() =>
        new(
            Draw.Images("x", 4, new FeatureShape(3, 32, 32)).detach(),
            [.. Some.Tasks.Select(task => ones([4, task.Kind.Columns.Length]))]
        );

    /// <summary>What to build; of a small residual network where no backbone is named.</summary>
    public sealed record TestNetwork(IRouting Routing, IBackbone? Backbone = null, int Groups = 2);
}
