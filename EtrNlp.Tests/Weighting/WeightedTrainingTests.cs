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
        using var session = new TrainingSession(
            experiment with
            {
                Weighting = new HalfTwoThree(GradientPlace.Representation),
            },
            plan,
            1,
            CPU
        );
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

    [TestCase("hard_sharing", UpdateStrategy.Joint)]
    [TestCase("hard_sharing", UpdateStrategy.Synchronized)]
    [TestCase("max_roaming", UpdateStrategy.Synchronized)]
    public void Coefficients_that_choose_a_task_train_the_shared_parameters_as_that_task_alone_bit_for_bit(
        string routing,
        UpdateStrategy update
    )
    {
        using var scope = NewDisposeScope();
        var experiment = Combinations.Experiment("resnet18", "conv", routing, update);
        var (plan, chosen) = (NetworkPlanner.Plan(experiment, _image), new OnlyTask(1));
        using var session = new TrainingSession(experiment with { Weighting = chosen }, plan, 1, CPU);
        using var alone = new Network(plan, 1, CPU);
        using var state = experiment.Training.Optimizer.NewState(alone.Tensors);
        var (batch, pass) = (NewBatch(Some.Tasks.Length), new Pass(plan.Routes == 1 ? 0 : 1, Training: true));
        for (var step = 0; step < 3; step++)
        {
            var clock = Some.Clock with { Step = step };
            session.Step(batch, clock, 1).Dispose();
            alone.Change(clock);
            alone.Tensors.DropGradients();
            var outputs = alone.Forward(batch.Images, pass).Single(one => one.Task == 1).Outputs;
            Some.Tasks[1].Kind.Loss(outputs, batch.Targets[1]).backward();
            alone.Tensors.Backward.EndPass();
            state.Step(1);
        }

        Assert.That(
            plan.Parameters.Where(parameter => parameter.Owner.Serves(1))
                .Where(one => !session.Network.Tensors[one].Bits().SequenceEqual(alone.Tensors[one].Bits())),
            Is.Empty
        );
    }

    [TestCase(UpdateStrategy.Joint)]
    [TestCase(UpdateStrategy.SteadyState)]
    [TestCase(UpdateStrategy.Synchronized)]
    public void A_step_tells_the_factors_on_the_losses(UpdateStrategy update)
    {
        using var scope = NewDisposeScope();

        Assert.That(Step(new Factors(), update).Weights!.Floats(), Is.EqualTo(_factors));
        Assert.That(Step(new Equal(), update).Weights, Is.Null);
    }

    [Test]
    public void A_step_tells_the_coefficients_of_the_gradients([Values] GradientPlace place)
    {
        using var scope = NewDisposeScope();

        Assert.That(Step(new HalfTwoThree(place), UpdateStrategy.Joint).Weights!.Floats(), Is.EqualTo(_factors));
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

    static TrainingSession Session(IWeighting weighting, UpdateStrategy update)
    {
        var experiment = Combinations.Experiment("resnet18", "nlp", "hard_sharing", update) with
        {
            Weighting = weighting,
        };
        return new TrainingSession(experiment, NetworkPlanner.Plan(experiment, _image), 1, CPU);
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

    sealed record Factors : ILossWeighting, ILossBalance
    {
        public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) => this;

        public Tensor Weighted(int task, Tensor loss) => loss * _factors[task];
    }

    sealed record HalfTwoThree(GradientPlace Place) : IGramWeighting
    {
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
