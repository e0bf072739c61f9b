using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static EtrNlp.Tests.Training.SmallTraining;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>What belongs to one task is left alone by the steps of the others.</summary>
public sealed class OwnershipTests
{
    static IEnumerable<TestCaseData> OneTaskAtATime =>
        [
            new TestCaseData(new Conv(), Etr(TaskBranch.Conv3x3)).SetArgDisplayNames("conv", "etr conv3x3"),
            new TestCaseData(SomeNlp, Etr(TaskBranch.Conv3x3)).SetArgDisplayNames("nlp", "etr conv3x3"),
            new TestCaseData(SomeNlp, Etr(TaskBranch.Nlp1x1)).SetArgDisplayNames("nlp", "etr nlp1x1"),
            new TestCaseData(new Conv(), Trunk(new TaskRouting(0.6m))).SetArgDisplayNames("conv", "task_routing"),
            new TestCaseData(SomeNlp, Trunk(new MaxRoaming(0.6m, 0.1m))).SetArgDisplayNames("nlp", "max_roaming"),
            new TestCaseData(
                SomeNlp,
                Etr(TaskBranch.Conv3x3) with
                {
                    Shared = new MaxRoaming(0.6m, 0.1m),
                }
            ).SetArgDisplayNames("nlp", "etr, shared max_roaming"),
            new TestCaseData(
                new ShiftModule(2, 1, Displacement.Learned),
                Etr(TaskBranch.Conv3x3)
            ).SetArgDisplayNames("shift, learned", "etr conv3x3"),
            new TestCaseData(SomeNlp, new Attentive(4, Bias: true)).SetArgDisplayNames("nlp", "attentive"),
            new TestCaseData(SomeNlp, new LowRank(2)).SetArgDisplayNames("nlp", "low_rank"),
            new TestCaseData(new Conv(), new SingleTask()).SetArgDisplayNames("conv", "single_task"),
            new TestCaseData(SomeNlp, new SingleTask()).SetArgDisplayNames("nlp", "single_task"),
            new TestCaseData(new DepthWise(), Etr(TaskBranch.Conv3x3)).SetArgDisplayNames("depthwise", "etr conv3x3"),
            new TestCaseData(new Ghost(2, 3), Etr(TaskBranch.Conv3x3)).SetArgDisplayNames("ghost", "etr conv3x3"),
            new TestCaseData(new Ghost(2, 3), new SingleTask()).SetArgDisplayNames("ghost", "single_task"),
        ];

    [TestCaseSource(nameof(OneTaskAtATime))]
    public void A_step_of_one_task_changes_no_bit_of_what_another_owns(IOperation operation, IRouting routing)
    {
        using var scope = NewDisposeScope();
        using var network = NewNetwork(operation, routing, UpdateStrategy.SteadyState);
        using var state = new Watching(Some.Adam.NewState(network.Tensors), () => Owned(network));
        using var trainer = new Trainer(
            network,
            Some.Tasks,
            state,
            UpdateStrategy.SteadyState,
            new Equal(),
            InactiveGradients.Skip,
            Some.OneRouteAtATime(network)
        );

        using var first = trainer.Step(NewBatch(), Some.Clock, 1);
        using var second = trainer.Step(NewBatch(), Some.Clock, 1);

        // The first three snapshots are of the first batch, after which every moment is in motion.
        using (Assert.EnterMultipleScope())
        {
            for (var task = 0; task < 3; task++)
            {
                var (before, after) = (state.Snapshots[2 + task], state.Snapshots[3 + task]);
                var changed = before
                    .Keys.Where(key => !before[key].SequenceEqual(after[key]))
                    .Select(key => key.Owner)
                    .Distinct()
                    .ToArray();
                Assert.That(changed, Has.All.Matches<Owner>(owner => owner.Serves(task)), $"task {task}");
                Assert.That(changed, Has.Member(Owner.Of(task)), $"task {task}");
            }
        }
    }

    static PartitionedTrunk Trunk(IPartition partition) => new(partition);

    // Parameters, and the running statistics of a task's route.
    static IEnumerable<(Owner Owner, string Name, Tensor Tensor)> Owned(Network network) =>
        network
            .Plan.Parameters.Select(plan => (plan.Owner, plan.Name, network.Tensors[plan]))
            .Concat(network.Tensors.Buffers.Select(pair => (RouteOf(pair.Key), pair.Key, pair.Value)));

    static Owner RouteOf(string buffer) =>
        buffer
            .Split('.')
            .Select(part => Some.Tasks.Select(task => task.Name).ToList().IndexOf(part))
            .Where(task => task >= 0)
            .Select(Owner.Of)
            .FirstOrDefault(Owner.Shared);

    // Takes a snapshot of everything after each step of the optimizer: of each task, in a steady-state loop.
    sealed class Watching(IOptimizerState inner, Func<IEnumerable<(Owner Owner, string Name, Tensor Tensor)>> owned)
        : IOptimizerState
    {
        public List<Dictionary<(Owner Owner, string Name), int[]>> Snapshots { get; } = [];

        public IDictionary<string, long> Steps => inner.Steps;

        public IReadOnlyDictionary<string, Tensor> Moments => inner.Moments;

        public void Step(double factor, Owner? owner = null)
        {
            inner.Step(factor, owner);
            Snapshots.Add(owned().SelectMany(item => All(item.Owner, item.Name, item.Tensor)).ToDictionary());
        }

        public void Dispose() => inner.Dispose();

        IEnumerable<KeyValuePair<(Owner Owner, string Name), int[]>> All(Owner owner, string name, Tensor tensor)
        {
            yield return new((owner, name), tensor.Bits());
            if (Steps.TryGetValue(name, out var steps))
            {
                yield return new((owner, $"{name}.first"), Moments[$"{name}.first"].Bits());
                yield return new((owner, $"{name}.second"), Moments[$"{name}.second"].Bits());
                yield return new((owner, $"{name}.steps"), [(int)steps]);
            }
        }
    }
}
