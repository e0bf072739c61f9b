using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

using RunState = EtrNlp.Tests.Runs.RunState;

namespace EtrNlp.Tests.Weighting;

/// <summary>What every weighting must keep under every routing and loop.</summary>
public sealed class WeightedTrainingTests
{
    const double Bound = 1e-6; // of the largest gradient

    static readonly float[] _factors = [0.5f, 2, 3];

    static readonly ImageSize _image = new(32, 32);

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
        if (!WeightingNames.Default(weighting, 2).Updates.Contains(update))
        {
            Assert.That(
                () => ExperimentFile.Load(tiny.Base, overrides),
                Throws.InstanceOf<ConfigException>().With.Message.Contains("weighting: this weighting needs")
            );
            return;
        }

        var experiment = ExperimentFile.Load(tiny.Base, overrides).Experiment;
        using var scope = NewDisposeScope();
        using var session = new TrainingSession(experiment, NetworkPlanner.Plan(experiment, _image), 1, CPU);

        Assert.That(Steps(session, 2, experiment.Tasks.Length), Has.All.GreaterThan(0));
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

    // Of the shared parameters, with a network whose stem is passed again for its gradient.
    [TestCase("hard_sharing", UpdateStrategy.Joint)]
    [TestCase("hard_sharing", UpdateStrategy.Synchronized)]
    [TestCase("etr", UpdateStrategy.Synchronized)]
    public void The_rows_are_the_gradients_of_tasks_alone(string routing, UpdateStrategy update)
    {
        using var scope = NewDisposeScope();
        var experiment = Combinations.Experiment("resnet18", "nlp", routing, update);
        var plan = NetworkPlanner.Plan(experiment, _image);
        for (var task = 0; task < Some.Tasks.Length; task++)
        {
            var only = new OnlyTask(task);
            using var session = new TrainingSession(experiment with { Weighting = only }, plan, 1, CPU);
            using var alone = new Network(plan, 1, CPU);
            var batch = NewBatch(Some.Tasks.Length);
            session.Step(batch, Some.Clock, 1).Dispose();
            var pass = new Pass(plan.Routes == 1 ? 0 : task, Training: true);
            var outputs = alone.Forward(batch.Images, pass).Single(one => one.Task == task).Outputs;
            Some.Tasks[task].Kind.Loss(outputs, batch.Targets[task]).backward();
            alone.Tensors.Backward.EndPass();

            Assert.That(Distance(session.Network, alone), Is.LessThanOrEqualTo(Bound), $"task {task}");
        }
    }

    [Test]
    public void At_the_representation_the_trunk_and_the_heads_get_the_gradients_of_the_weighted_losses()
    {
        using var scope = NewDisposeScope();
        var experiment = Combinations.Experiment("resnet18", "nlp", "hard_sharing", UpdateStrategy.Joint);
        var plan = NetworkPlanner.Plan(experiment, _image);
        using var session = new TrainingSession(experiment with { Weighting = new HalfTwoThree() }, plan, 1, CPU);
        using var alone = new Network(plan, 1, CPU);
        var batch = NewBatch(Some.Tasks.Length);
        session.Step(batch, Some.Clock, 1).Dispose();
        alone
            .Forward(batch.Images, new Pass(0, Training: true))
            .Select(one => Some.Tasks[one.Task].Kind.Loss(one.Outputs, batch.Targets[one.Task]) * _factors[one.Task])
            .Aggregate((sum, loss) => sum + loss)
            .backward();
        alone.Tensors.Backward.EndPass();

        Assert.That(Distance(session.Network, alone, _ => true), Is.LessThanOrEqualTo(Bound));
    }

    static double Distance(Network combined, Network alone, Func<ParameterPlan, bool>? which = null)
    {
        var shared = combined.Plan.Parameters.Where(which ?? (plan => plan.Owner == Owner.Shared)).ToArray();
        var gradients = shared.Select(plan => (combined.Tensors[plan].grad!, alone.Tensors[plan].grad!)).ToArray();
        var largest = gradients.Max(pair => pair.Item2.abs().max().item<float>());
        return gradients.Max(pair => (pair.Item1 - pair.Item2).abs().max().item<float>()) / largest;
    }

    static float[] Steps(TrainingSession session, int steps, int tasks) =>
        [
            .. Enumerable
                .Range(0, steps)
                .SelectMany(step => session.Step(NewBatch(tasks), new StepClock(1, step, 2), 1).Losses.Floats()),
        ];

    // Targets of as many columns as the tasks of both kinds of experiment have.
    static Batch NewBatch(int tasks) =>
        new(
            Draw.Images("x", 4, new FeatureShape(3, _image.Height, _image.Width)).detach(),
            [.. Enumerable.Range(0, tasks).Select(t => ones([4, tasks == 2 ? 2 : Some.Tasks[t].Kind.Columns.Length]))]
        );

    static string Section(string weighting) =>
        weighting == "fixed" ? "{kind: fixed, weights: [1, 2]}" : $"{{kind: {weighting}}}";

    static void CrashInThirdEpoch(TrainedBatch batch)
    {
        if (batch is { Epoch: 3, Batch: 2 })
        {
            throw new CrashException();
        }
    }

    sealed record HalfTwoThree : IGramWeighting
    {
        public GradientPlace Place => GradientPlace.Representation;

        public bool ScalesOwnParameters => true;

        public double[] Combine(double[,] gram, double[] losses, StepClock clock) =>
            [.. _factors.Select(f => (double)f)];
    }

    sealed record OnlyTask(int Task) : IGramWeighting
    {
        public double[] Combine(double[,] gram, double[] losses, StepClock clock) =>
            [.. losses.Select((_, task) => task == Task ? 1.0 : 0)];
    }
}
