using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>When masks move, how, and that nothing but clock and saved tensors decides it.</summary>
public sealed class MaxRoamingTests
{
    const int Tasks = 8;
    const int Channels = 64;
    const int StepsPerEpoch = 10;

    // 0.1 * 636 = 63.6 steps are 64, as in the public code; the decimal 0.29 of 100 is 29.
    [TestCase("0.1", 636, 64)]
    [TestCase("1", 636, 636)]
    [TestCase("0.29", 100, 29)]
    [TestCase("0", 5, 1)]
    [TestCase("0.001", 5, 1)]
    public void A_part_of_a_step_is_a_whole_one(string period, int stepsPerEpoch, int steps) =>
        Assert.That(
            new Roaming(
                new BufferPlan("site.mask", [1, 1], new Initialization.Constant(1)),
                decimal.Parse(period, System.Globalization.CultureInfo.InvariantCulture),
                [[0]]
            ).Steps(stepsPerEpoch),
            Is.EqualTo(steps)
        );

    // 52 of 64 channels are kept, so that 12 moves test the other 12; half an epoch of ten steps is five.
    [Test]
    public void Twelve_moves_test_every_channel_and_leave_the_row_sums()
    {
        using var scope = NewDisposeScope();
        var plan = Plan();
        using var store = Draw.Store(plan);
        var history = new List<float[][]> { Rows(store) };
        var moves = new List<long>();
        for (var step = 0; step < 200; step++)
        {
            Change(plan, store, step);
            var rows = Rows(store);
            if (!rows.SelectMany(row => row).SequenceEqual(history[^1].SelectMany(row => row)))
            {
                history.Add(rows);
                moves.Add(step);
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(moves, Is.EqualTo(Enumerable.Range(1, 12).Select(move => 5L * move)));
            Assert.That(history.SelectMany(rows => rows.Select(row => row.Sum())), Is.All.EqualTo(52));
            Assert.That(store.Buffers["site.tested"].Floats(), Is.All.EqualTo(1));
            for (var t = 0; t < Tasks; t++)
            {
                AssertMovesOneChannelThatWasNeverKept([.. history.Select(rows => rows[t])]);
            }
        }
    }

    [Test]
    public void Seed_step_and_name_decide_what_moves()
    {
        var moved = Moved("site", new StepClock(1, 5, StepsPerEpoch));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Moved("site", new StepClock(1, 5, StepsPerEpoch)), Is.EqualTo(moved));
            Assert.That(Moved("site", new StepClock(2, 5, StepsPerEpoch)), Is.Not.EqualTo(moved));
            Assert.That(Moved("site", new StepClock(1, 10, StepsPerEpoch)), Is.Not.EqualTo(moved));
            Assert.That(Moved("other", new StepClock(1, 5, StepsPerEpoch)), Is.Not.EqualTo(moved));
        }
    }

    [Test]
    public void A_built_layer_and_its_replica_follow_the_masks(
        [Values(null, "norm")] string? norm,
        [Values] bool replica
    )
    {
        using var scope = NewDisposeScope();
        var plan = Plan(norm);
        using var store = Draw.Store(plan);
        using var other = store.Replica();
        var layer = plan.Build(replica ? other : store);
        var x = Draw.Images("x", 2, plan.Input);

        Change(plan, store, 5);

        var y = layer.Forward(x, new Pass(3, Training: true));
        Assert.That(y.abs().sum([0, 2, 3]).Floats().Select(Math.Sign), Is.EqualTo(Rows(store)[3].Select(Math.Sign)));
    }

    [Test]
    [Category("Slow")]
    public void The_masks_of_a_run_move()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["routing={kind: max_roaming, keep: 0.6, period: 1}"]);

        // Two epochs have one boundary between them: five of eight channels were kept, now a sixth has been.
        var tensors = PlainCheckpoint.Read(tiny.Folder().LastCheckpoint).Tensors;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sums("buffer/layer1.0.conv1.mask"), Is.EqualTo(new[] { 5, 5 }));
            Assert.That(Sums("buffer/layer1.0.conv1.tested"), Is.EqualTo(new[] { 6, 6 }));
        }

        IEnumerable<float> Sums(string name) => tensors[name].Values.Chunk(8).Select(row => row.Sum());
    }

    static void AssertMovesOneChannelThatWasNeverKept(float[][] masks)
    {
        var kept = masks[0].ToArray();
        foreach (var (before, after) in masks.Zip(masks.Skip(1)))
        {
            var taken = Enumerable.Range(0, Channels).Where(c => after[c] > before[c]).ToArray();
            Assert.That(taken, Has.Length.EqualTo(1));
            Assert.That(kept[taken[0]], Is.Zero);
            kept[taken[0]] = 1;
        }
    }

    static int[] Moved(string name, StepClock clock)
    {
        var plan = Plan(name: name);
        using var store = new TensorStore(plan.Parameters, plan.Buffers, seed: 1, CPU);
        using var noGrad = no_grad();
        var masks = store.Buffers[$"{name}.mask"];
        masks.zero_();
        masks.narrow(1, 0, 52).fill_(1);
        foreach (var change in plan.Changes)
        {
            change.Before(clock, store);
        }

        return masks.Bits();
    }

    static void Change(LayerPlan plan, TensorStore store, long step)
    {
        using var noGrad = no_grad();
        foreach (var change in plan.Changes)
        {
            change.Before(new StepClock(7, step, StepsPerEpoch), store);
        }
    }

    static float[][] Rows(TensorStore store) => [.. store.Buffers["site.mask"].Floats().Chunk(Channels)];

    static LayerPlan Plan(string? norm = null, string name = "site") =>
        new PartitionedTrunk(new MaxRoaming(0.8m, 0.5m)).PlanSite(
            new ConvSite(
                name,
                new FeatureShape(4, 5, 4),
                Channels,
                3,
                1,
                Bias: false,
                Replaceable: true,
                norm,
                (_, _) => new Initialization.Normal(1)
            ),
            new RoutingContext(new Conv(), [.. Enumerable.Range(0, Tasks).Select(t => $"t{t}")], Tasks)
        );
}
