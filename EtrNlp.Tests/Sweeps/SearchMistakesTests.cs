using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>Mistakes in the searches of a sweep file, which are answered with their places.</summary>
public sealed class SearchMistakesTests
{
    const string Two = "grid: {routing.gamma: [0, 1]}\n";

    [TestCase("random: {n: 0, space: {a: {choice: [1]}}}", "sweep.yaml(3,13): random.n: expected an integer from 1 to")]
    [TestCase("random: {n: 1}", "sweep.yaml(3,9): random.space: missing, expected a mapping of at least one")]
    [TestCase("random: {n: 1, space: {}}", "sweep.yaml(3,23): random.space: expected a mapping of at least one path.")]
    [TestCase(
        "random: {n: 1, space: {a: {uniform: [1, 1]}}}",
        "sweep.yaml(3,37): random.space.a.uniform: expected [low, high], low below high, got a list of 2: [1, 1]"
    )]
    [TestCase(
        "random: {n: 1, space: {a: {log_uniform: [0, 1]}}}",
        "sweep.yaml(3,42): random.space.a.log_uniform.0: expected a number from 1E-30 to 1000000000, got '0'"
    )]
    [TestCase(
        "random: {n: 1, space: {a: {int_uniform: [0.5, 1]}}}",
        "sweep.yaml(3,42): random.space.a.int_uniform.0: expected an integer from"
    )]
    [TestCase(
        "random: {n: 1, space: {a: {choice: [1, 1]}}}",
        "sweep.yaml(3,36): random.space.a.choice: expected a list of at least 1, all different, got a list of 2: [1, 1]"
    )]
    [TestCase(
        "random: {n: 1, space: {a: {uniform: [0, 1], choice: [1]}}}",
        "sweep.yaml(3,27): random.space.a: expected a mapping with exactly one of uniform, log_uniform, int_uniform, "
    )]
    [TestCase(
        "random: {n: 1, space: {a: {lognormal: [0, 1]}}}",
        "sweep.yaml(3,28): random.space.a.lognormal: unknown key; known: uniform, log_uniform, int_uniform, choice"
    )]
    [TestCase(
        "random: {n: 3, space: {a: {choice: [1, 2]}}}",
        "sweep.yaml(3,13): random.n: 300 draws of this space gave 2 different configurations; ask for as many at most"
    )]
    [TestCase(
        "random: {n: 1, space: {seeds: {choice: [[1]]}}}",
        "sweep.yaml(3,24): seeds: belongs to the whole sweep and cannot be varied"
    )]
    [TestCase(
        "random: {n: 2, space: {routing.gamma: {uniform: [1.5, 2]}}}",
        "sweep.yaml(3,24): routing.gamma: expected a number from 0 to 1, got '1."
    )]
    [TestCase(
        Two + "random: {n: 1, space: {routing.gamma: {uniform: [0, 1]}}}",
        "sweep.yaml(4,24): routing.gamma: is varied twice, routing.gamma stands at sweep.yaml(3,8)"
    )]
    [TestCase(
        Two + "halving: {metric: mean.f, rungs: [3, 2]}",
        "sweep.yaml(4,34): halving.rungs: expected a list of rising integers, got a list of 2: [3, 2]"
    )]
    [TestCase(
        Two + "halving: {metric: mean.g, rungs: [1]}",
        "sweep.yaml(4,19): halving.metric: mine has no 'mean.g'; did you mean 'mean.f'?"
    )]
    [TestCase(
        "halving: {metric: mean.f, rungs: [1]}",
        "sweep.yaml(3,10): halving: there is one configuration, so there is nothing to choose"
    )]
    [TestCase(
        "grid: {training.epochs: [1, 2]}\nhalving: {metric: mean.f, rungs: [1]}",
        "sweep.yaml(3,8): training.epochs: halving.rungs sets the epochs; vary something else"
    )]
    [TestCase(
        "grid: {training.evaluate_every: [2, 3]}\nhalving: {metric: mean.f, rungs: [3, 7]}",
        "sweep.yaml(4,34): halving.rungs: epoch 3 is not evaluated, since training.evaluate_every is 2; "
            + "choose multiples of it"
    )]
    [TestCase(
        "cases: {a: {}, b: {training.optimizer.schedule: {kind: cosine}}}\nhalving: {metric: mean.f, rungs: [1, 2]}",
        "sweep.yaml(3,49): training.optimizer.schedule: it ends with the last epoch, so that no run can be trained on"
    )]
    public void A_mistake_is_answered_with_its_place(string sweep, string expected)
    {
        using var folder = new SweepFolder(sweep + "\n");

        Assert.That(folder.Complaints(), Has.Some.StartsWith(expected));
    }

    [TestCase("training.epochs=3")]
    [TestCase("training={epochs: 3}")]
    public void Epochs_on_the_command_line_are_refused(string set)
    {
        using var folder = new SweepFolder(Two + "halving: {metric: mean.f, rungs: [1, 2]}\n");

        Assert.That(
            folder.Complaints(set),
            Has.Some.Contains("halving.rungs sets the epochs, see sweep.yaml(4,34); change them there")
        );
    }

    // The last rung's schedule may end with it: nothing is trained on.
    [Test]
    public void A_single_rung_takes_any_schedule()
    {
        using var folder = new SweepFolder(Two + "halving: {metric: ground.recall, rungs: [4]}\n");

        var sweep = folder.Plan(1, "training.optimizer.schedule={kind: cosine}");

        Assert.That(sweep.Configurations.Select(one => one.File.Experiment.Training.Epochs), Is.All.EqualTo(4));
        Assert.That(sweep.Baseline!.File.Experiment.Training.Epochs, Is.EqualTo(1), "the baseline's own");
    }
}
