using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static EtrNlp.Tests.Weighting.WeightedStep;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Weighting;

/// <summary>Where task gradients are combined, against the gradients of tasks alone.</summary>
public sealed class CombinedGradientsTests
{
    const double Bound = 1e-6; // of the largest gradient

    // Of the shared parameters.
    [TestCase("hard_sharing", UpdateStrategy.Joint)]
    [TestCase("hard_sharing", UpdateStrategy.Synchronized)]
    [TestCase("etr", UpdateStrategy.Synchronized)]
    [TestCase("cross_stitch", UpdateStrategy.Joint)]
    [TestCase("mtan", UpdateStrategy.Joint)]
    public void The_rows_are_the_gradients_of_tasks_alone(string routing, UpdateStrategy update)
    {
        using var scope = NewDisposeScope();
        var experiment = Combinations.Experiment("resnet18", "nlp", routing, update);
        var plan = NetworkPlanner.Plan(experiment, Image);
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

    // The larger images have layers that are computed again, which hide their weights: then the trunk's gradients of
    // each task are found and dropped. Two tasks read one lane.
    [TestCase("hard_sharing", GradientPlace.Representation, 32)]
    [TestCase("mtan", GradientPlace.LastShared, 32)]
    [TestCase("mtan", GradientPlace.LastShared, 64)]
    public void The_trunk_and_the_heads_get_the_gradients_of_the_weighted_losses(
        string routing,
        GradientPlace place,
        int side
    )
    {
        using var scope = NewDisposeScope();
        var backbone = side > 32 ? "segnet" : "resnet18";
        var experiment = Combinations.Experiment(backbone, "nlp", routing, UpdateStrategy.Joint);
        experiment = experiment with
        {
            Tasks = [.. experiment.Tasks.Select((task, t) => task with { Tower = t == 1 ? null : "both" })],
        };
        var plan = NetworkPlanner.Plan(experiment, new ImageSize(side, side));
        using var session = new TrainingSession(
            experiment with
            {
                Weighting = new HalfTwoThree(place),
            },
            plan,
            1,
            CPU
        );
        using var alone = new Network(plan, 1, CPU);
        var batch = NewBatch(Some.Tasks.Length) with
        {
            Images = Draw.Images("x", 4, new FeatureShape(3, side, side)).detach(),
        };
        session.Step(batch, Some.Clock, 1).Dispose();
        alone
            .Forward(batch.Images, new Pass(0, Training: true))
            .Select(one => Some.Tasks[one.Task].Kind.Loss(one.Outputs, batch.Targets[one.Task]) * Factors[one.Task])
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
        var (plan, chosen) = (NetworkPlanner.Plan(experiment, Image), new OnlyTask(1));
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

    static double Distance(Network combined, Network alone, Func<ParameterPlan, bool>? which = null)
    {
        var shared = combined.Plan.Parameters.Where(which ?? (plan => plan.Owner == Owner.Shared)).ToArray();
        var gradients = shared.Select(plan => (combined.Tensors[plan].grad!, alone.Tensors[plan].grad!)).ToArray();
        var largest = gradients.Max(pair => pair.Item2.abs().max().item<float>());
        return gradients.Max(pair => (pair.Item1 - pair.Item2).abs().max().item<float>()) / largest;
    }

    sealed record OnlyTask(int Task) : IGramWeighting
    {
        public double[] Combine(double[,] gram, double[] losses, StepClock clock) =>
            [.. losses.Select((_, task) => task == Task ? 1.0 : 0)];
    }
}
