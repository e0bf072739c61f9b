using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static EtrNlp.Tests.Weighting.WeightedStep;
using static TorchSharp.torch;

using RunState = EtrNlp.Tests.Runs.RunState;

namespace EtrNlp.Tests.Weighting;

/// <summary>What every weighting must keep under every routing and loop.</summary>
public sealed class WeightedTrainingTests
{
    static IEnumerable<TestCaseData> Everywhere =>
        from weighting in WeightingNames.All
        from routing in KnownRoutings.All.Names
        from update in KnownRoutings.All.Default(routing).Updates
        select new TestCaseData(weighting, routing, update);

    static IEnumerable<string> Names => WeightingNames.All;

    [TestCaseSource(nameof(Everywhere))]
    public void It_trains_or_is_refused_in_a_sentence(string weighting, string routing, UpdateStrategy update)
    {
        using var tiny = new TinyExperiment();
        string[] overrides =
        [
            $"routing={{kind: {routing}, {Combinations.KeysOf(routing)}}}",
            $"weighting={Section(weighting)}",
            $"training.update={Values.SnakeCase(update)}",
        ];
        if (!Fits(WeightingNames.Default(weighting, 2), KnownRoutings.All.Default(routing), update))
        {
            Assert.That(
                () => ExperimentFile.Load(tiny.Base, overrides),
                Throws.InstanceOf<ConfigException>().With.Message.Contains("weighting: this weighting needs")
            );
            return;
        }

        var experiment = ExperimentFile.Load(tiny.Base, overrides).Experiment;
        using var scope = NewDisposeScope();
        using var session = new TrainingSession(experiment, NetworkPlanner.Plan(experiment, Image), 1, CPU);

        Assert.That(Steps(session, 2, experiment.Tasks.Length), Has.All.GreaterThan(0));
    }

    static bool Fits(IWeighting weighting, IRouting routing, UpdateStrategy update) =>
        weighting.Updates.Contains(update)
        && (weighting is not IGradientWeighting gradients || routing.Places.Contains(gradients.Place));

    // The first batch knows no label of a task, the third of none.
    [TestCaseSource(nameof(Names))]
    public void It_stays_finite_where_a_batch_knows_no_label(string weighting)
    {
        using var scope = NewDisposeScope();
        LearningTask[] tasks =
        [
            .. Some.Tasks.Select(task => task with { Kind = (Attributes)task.Kind with { HasUnknown = true } }),
        ];
        var how = WeightingNames.Default(weighting, tasks.Length);
        using var session = Session(how, how.Updates[0], tasks);
        var known = NewBatch(tasks.Length);
        var unknown = known.Targets.Select(labels => full_like(labels, float.NaN)).ToArray();
        Batch[] batches =
        [
            known with { Targets = [unknown[0], .. known.Targets[1..]] },
            known,
            known with { Targets = [.. unknown] },
            known,
        ];
        foreach (var (step, batch) in batches.Index())
        {
            Assert.That(
                session.Step(batch, new StepClock(1, step, 2), 1).Losses.Floats(),
                Has.All.Matches<float>(float.IsFinite),
                $"step {step}"
            );
        }

        Assert.That(
            session.Network.Tensors.Parameters.Values.Where(parameter => !parameter.isfinite().all().item<bool>()),
            Is.Empty
        );
    }

    [TestCaseSource(nameof(Names))]
    [Category("Slow")]
    public void A_run_that_was_stopped_in_its_third_epoch_ends_with_the_same_bits(string weighting)
    {
        using var whole = new TinyExperiment();
        using var stopped = new TinyExperiment();
        string[] overrides = [$"weighting={Section(weighting)}", "training.epochs=3"];
        whole.Train(overrides, file: whole.Base);
        var options = stopped.Options(checkpointEvery: TimeSpan.Zero);

        Assert.That(
            () => stopped.Train(overrides, options, new WatchingObserver(CrashInThirdEpoch), file: stopped.Base),
            Throws.InstanceOf<CrashException>()
        );
        stopped.Train(overrides, options, file: stopped.Base);

        RunState.Of(stopped.Folder("base")).AssertEquals(RunState.Of(whole.Folder("base")));
    }

    [TestCase(UpdateStrategy.Joint)]
    [TestCase(UpdateStrategy.SteadyState)]
    [TestCase(UpdateStrategy.Synchronized)]
    public void A_step_tells_the_factors_on_the_losses(UpdateStrategy update)
    {
        using var scope = NewDisposeScope();

        Assert.That(Step(new OnLosses(), update).Weights!.Floats(), Is.EqualTo(Factors));
        Assert.That(Step(new Equal(), update).Weights, Is.Null);
    }

    [Test]
    public void A_step_tells_the_coefficients_of_the_gradients([Values] GradientPlace place)
    {
        using var scope = NewDisposeScope();

        Assert.That(Step(new HalfTwoThree(place), UpdateStrategy.Joint).Weights!.Floats(), Is.EqualTo(Factors));
    }

    // Under the first weights both pass the batch forward alike.
    [Test]
    public void Famo_s_second_pass_moves_no_running_statistics()
    {
        using var scope = NewDisposeScope();
        var (once, twice) = (Buffers(new Equal()), Buffers(new Famo(0.025, 0.01)));

        Assert.That(once, Has.Some.Matches<(string Name, int[])>(buffer => buffer.Name.EndsWith("running_mean")));
        Assert.That(twice.Where(buffer => !buffer.Name.StartsWith("weighting")), Is.EqualTo(once));

        static (string Name, int[] Bits)[] Buffers(IWeighting weighting)
        {
            using var session = Session(weighting, UpdateStrategy.Joint);
            session.Step(NewBatch(Some.Tasks.Length), Some.Clock, 1).Dispose();
            return [.. session.Network.Tensors.Buffers.Select(pair => (pair.Key, pair.Value.Bits()))];
        }
    }

    static StepOutcome Step(IWeighting weighting, UpdateStrategy update)
    {
        using var session = Session(weighting, update);
        return session.Step(NewBatch(Some.Tasks.Length), Some.Clock, 1);
    }

    static TrainingSession Session(IWeighting weighting, UpdateStrategy update, params LearningTask[] tasks)
    {
        var experiment = Combinations.Experiment("resnet18", "nlp", "hard_sharing", update) with
        {
            Weighting = weighting,
            Tasks = tasks.Length > 0 ? [.. tasks] : Some.Tasks,
        };
        return new TrainingSession(experiment, NetworkPlanner.Plan(experiment, Image), 1, CPU);
    }

    static float[] Steps(TrainingSession session, int steps, int tasks) =>
        [
            .. Enumerable
                .Range(0, steps)
                .SelectMany(step => session.Step(NewBatch(tasks), new StepClock(1, step, 2), 1).Losses.Floats()),
        ];

    // With keys that let a run of three epochs go through all that a weighting does.
    static string Section(string weighting) =>
        weighting switch
        {
            "fixed" => "{kind: fixed, weights: [1, 2]}",
            "stch" => "{kind: stch, warmup: 0}",
            _ => $"{{kind: {weighting}}}",
        };

    static void CrashInThirdEpoch(TrainedBatch batch)
    {
        if (batch is { Epoch: 3, Batch: 2 })
        {
            throw new CrashException();
        }
    }

    sealed record OnLosses : ILossWeighting, ILossBalance
    {
        public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) => this;

        public Tensor Weighted(int task, Tensor loss) => loss * Factors[task];
    }
}
