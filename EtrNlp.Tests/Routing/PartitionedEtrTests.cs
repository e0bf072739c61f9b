using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Operations;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static EtrNlp.Tests.Training.SmallTraining;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>Explicit task routing whose shared branch a partition divides.</summary>
public sealed class PartitionedEtrTests
{
    const int StepsPerEpoch = 10;

    static readonly ImmutableArray<string> Tasks = ["a", "b"];

    static IEnumerable<TestCaseData> Layers =>
        from operation in KnownOperations.All.Names
        from branch in Enum.GetValues<TaskBranch>()
        from norm in Enum.GetValues<NormOwnership>()
        where operation == "nlp" || branch is TaskBranch.Conv3x3 or TaskBranch.Conv1x1
        where operation != "ghost" || norm == NormOwnership.Owned
        select new TestCaseData(operation, branch, norm);

    // 80 channels: task a shares 64 of them, of which it reads all and keeps 64 - floor(12.8) = 52; task b reads the
    // first 32 and keeps 32 - floor(6.4) = 26. Half an epoch of ten steps is five.
    [Test]
    public void Moves_stay_within_what_a_task_reads_of_the_shared_branch_until_it_has_kept_all_of_that()
    {
        using var scope = NewDisposeScope();
        var plan = Plan("conv", new FeatureShape(4, 5, 4), 80, [0.8m, 0.4m], new MaxRoaming(0.8m, 0.5m));
        using var store = Draw.Store(plan);
        var history = new List<float[][]> { Rows(store) };
        for (var step = 0; step < 200; step++)
        {
            Change(plan, store, step);
            if (!Rows(store).SelectMany(row => row).SequenceEqual(history[^1].SelectMany(row => row)))
            {
                history.Add(Rows(store));
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Buffers["site.shared.mask"].shape, Is.EqualTo(new[] { 2, 64 }));
            Assert.That(history, Has.Count.EqualTo(1 + 12));
            Assert.That(history.Select(rows => rows[0].Sum()), Is.All.EqualTo(52));
            Assert.That(history.Select(rows => rows[1].Sum()), Is.All.EqualTo(26));
            Assert.That(history.SelectMany(rows => rows[1][32..]), Is.All.Zero);
            Assert.That(Enumerable.Range(0, 64).Select(c => history[0].Max(row => row[c])), Is.All.EqualTo(1));
            Assert.That(
                store.Buffers["site.shared.tested"].Floats(),
                Is.EqualTo(Enumerable.Range(0, 128).Select(i => i < 64 + 32 ? 1 : 0))
            );
        }
    }

    // 32 channels, of which 24 are shared: a task reads all of these or 16. A norm starts with a shift of 0, so that
    // what is not kept is 0.
    [TestCaseSource(nameof(Layers))]
    public void A_task_keeps_of_the_shared_channels_what_its_masks_say_and_all_of_its_own(
        string operation,
        TaskBranch branch,
        NormOwnership norm
    )
    {
        using var scope = NewDisposeScope();
        var input = new FeatureShape(4, 5, 4);
        var plan = Plan(operation, input, 32, [0.75m, 0.5m], new MaxRoaming(0.6m, 0), branch, norm);
        using var store = Draw.Store(plan);
        var layer = plan.Build(store);
        var x = Draw.Images("x", 3, input);
        for (var step = 0; step < 3; step++)
        {
            Change(plan, store, step);
            var (reads, masks) = (Reads(operation), Rows(store));
            for (var task = 0; task < 2; task++)
            {
                var y = layer.Forward(x, new Pass(task, Training: true));
                float[] expected = [.. reads[task].Select(c => masks[task][c]), .. Enumerable.Repeat(1f, 32)];
                Assert.That(y.abs().sum([0, 2, 3]).Floats().Select(Math.Sign), Is.EqualTo(expected[..32]));
                Assert.That(expected[..reads[task].Length], Does.Contain(0).And.Contain(1));
            }
        }
    }

    [TestCase("conv", TaskBranch.Conv3x3, NormOwnership.Owned)]
    [TestCase("conv", TaskBranch.Conv3x3, NormOwnership.SharedBatch)]
    [TestCase("nlp", TaskBranch.Nlp1x1, NormOwnership.Owned)]
    [TestCase("nlp", TaskBranch.Nlp1x1, NormOwnership.SharedBatch)]
    public void A_shared_filter_that_a_task_does_not_keep_changes_no_bit_of_its_outputs(
        string operation,
        TaskBranch branch,
        NormOwnership norm
    )
    {
        using var scope = NewDisposeScope();
        var routing = new Etr(Gammas([0.75m]), branch, norm, new MaxRoaming(0.6m, 0.1m));
        var chosen = KnownOperations.All.Default(operation);
        using var network = Some.Network(chosen, routing, UpdateStrategy.SteadyState, seed: 1);
        network.Change(new StepClock(1, 1, StepsPerEpoch));
        var images = Draw.Images("x", 3, new FeatureShape(3, 32, 32));
        foreach (var site in new[] { "layer1.0.conv1", "layer2.0.conv2" })
        {
            var masks = Rows(network.Tensors, $"{site}.shared.mask");
            var channel = Enumerable.Range(0, masks[0].Length).First(c => masks[0][c] == 0 && masks[1][c] == 1);
            var (mine, others) = (Outputs(network, images, 0), Outputs(network, images, 1));
            using (no_grad())
            {
                network.Tensors.Parameters[$"{site}.shared.weight"].select(0, channel).add_(Draw.Gaussian("d", 1));
            }

            using (Assert.EnterMultipleScope())
            {
                Assert.That(Outputs(network, images, 0), Is.EqualTo(mine), site);
                Assert.That(Outputs(network, images, 1), Is.Not.EqualTo(others), site);
            }
        }
    }

    [Test]
    public void Keeping_everything_of_gamma_1_trains_as_hard_sharing_does_bit_for_bit(
        [Values("task_routing", "max_roaming")] string partition,
        [Values("conv", "nlp", "shift", "ghost")] string operation,
        [Values(UpdateStrategy.SteadyState, UpdateStrategy.Synchronized)] UpdateStrategy update
    )
    {
        var shared = KnownPartitions.All.Default(partition, "keep: 1");
        var chosen = KnownOperations.All.Default(operation);
        using var etr = Some.Network(
            chosen,
            new Etr(Gammas([1]), TaskBranch.Conv3x3, NormOwnership.Owned, shared),
            update,
            seed: 1
        );
        using var hard = Some.Network(chosen, new HardSharing(), update, seed: 1);
        using (no_grad())
        {
            foreach (var (name, tensor) in etr.Tensors.Parameters.Concat(etr.Tensors.Buffers))
            {
                if (Twin(name, hard.Tensors) is { } other)
                {
                    tensor.copy_(other);
                }
            }
        }

        Train(etr, update);
        Train(hard, update);

        Assert.That(
            etr.Tensors.Parameters.Concat(etr.Tensors.Buffers)
                .Where(pair =>
                    Twin(pair.Key, hard.Tensors) is { } other && !other.Bits().SequenceEqual(pair.Value.Bits())
                )
                .Select(pair => pair.Key),
            Is.Empty
        );
        Assert.That(
            hard.Tensors.Parameters,
            Has.Count.EqualTo(etr.Tensors.Parameters.Keys.Count(name => Twin(name, hard.Tensors) is not null))
        );
    }

    [Test]
    public void A_share_below_that_of_each_task_is_told_under_its_key() =>
        Assert.That(
            new Etr(Gammas([1]), TaskBranch.Conv3x3, NormOwnership.Owned, new TaskRouting(0.2m)).Notices(
                [],
                new RoutingContext(new Conv(), ["a", "b", "c", "d"], 4)
            ),
            Has.One.StartsWith("shared.keep: 0.2 is less than 1/4; ")
        );

    static LayerPlan Plan(
        string operation,
        FeatureShape input,
        int channels,
        ImmutableArray<decimal> gammas,
        IPartition partition,
        TaskBranch branch = TaskBranch.Conv3x3,
        NormOwnership norm = NormOwnership.Owned
    ) =>
        new Etr(Gammas(gammas), branch, norm, partition).PlanSite(
            Sites.Of(input, channels, 1, "norm"),
            new RoutingContext(KnownOperations.All.Default(operation), Tasks, Tasks.Length)
        );

    // In two groups of 12, of which task b reads the first 8 of each; in one group the first 16.
    static int[][] Reads(string operation) =>
        [
            [.. Enumerable.Range(0, 24)],
            operation == "nlp"
                ? [.. Enumerable.Range(0, 8), .. Enumerable.Range(12, 8)]
                : [.. Enumerable.Range(0, 16)],
        ];

    static PerTask<decimal> Gammas(ImmutableArray<decimal> gammas) =>
        gammas.Length == 1 ? new(gammas[0], [], []) : new(null, gammas, []);

    static float[][] Rows(TensorStore store, string name = "site.shared.mask") =>
        [.. store.Buffers[name].Floats().Chunk((int)store.Buffers[name].shape[1])];

    static void Change(LayerPlan plan, TensorStore store, long step)
    {
        using var noGrad = no_grad();
        foreach (var change in plan.Changes)
        {
            change.Before(new StepClock(7, step, StepsPerEpoch), store);
        }
    }

    static int[] Outputs(Network network, Tensor images, int task) =>
        network.Forward(images, new Pass(task, Training: true))[0].Outputs.Bits();

    // What hard sharing calls the same tensor; null for masks.
    static Tensor? Twin(string name, TensorStore hard)
    {
        var theirs = name.Replace(".shared.", ".", StringComparison.Ordinal);
        return hard.Parameters.GetValueOrDefault(theirs) ?? hard.Buffers.GetValueOrDefault(theirs);
    }

    static void Train(Network network, UpdateStrategy update)
    {
        using var scope = NewDisposeScope();
        using var state = Some.Adam.NewState(network.Tensors);
        using var team = Some.OneRouteAtATime(network);
        using var trainer = new Trainer(
            network,
            Some.Tasks,
            state,
            update,
            new Equal(),
            InactiveGradients.Skip,
            team
        );
        for (var step = 0; step < 3; step++)
        {
            var clock = Some.Clock with { Step = step };
            network.Change(clock);
            trainer.Step(NewBatch(), clock, 1).Dispose();
        }
    }
}
