using System.Text;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Operations;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

public sealed class SweepPlannerTests
{
    [Test]
    public void A_grid_is_every_value_with_every_other_and_the_last_key_changes_fastest()
    {
        using var folder = new SweepFolder(
            "grid:\n  routing.gamma: [0, 0.25, 1]\n  training.update: [steady_state, synchronized]\n"
        );

        var sweep = folder.Plan();

        Assert.That(
            sweep.Configurations.Select(one => one.Name),
            Is.EqualTo(
                new[]
                {
                    "gamma=0,update=steady_state",
                    "gamma=0,update=synchronized",
                    "gamma=0.25,update=steady_state",
                    "gamma=0.25,update=synchronized",
                    "gamma=1,update=steady_state",
                    "gamma=1,update=synchronized",
                }
            )
        );
        Assert.That(
            sweep.Configurations[3].File.Experiment.Training.Update,
            Is.EqualTo(EtrNlp.Core.Networks.UpdateStrategy.Synchronized)
        );
        Assert.That(sweep.Baseline!.File.Experiment.Training.Update, Is.Null, "the baseline is that of the experiment");
    }

    [Test]
    public void Seeds_of_the_command_line_come_before_those_of_the_sweep_and_these_before_those_of_its_base()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0, 1]}\nseeds: [3, 4]\n");

        Assert.That(folder.Plan().Seeds, Is.EqualTo(new[] { 3, 4 }));
        Assert.That(folder.Plan(overrides: ["seeds=[7]"]).Seeds, Is.EqualTo(new[] { 7 }));
    }

    // 5 single, 10 pairs, 10 triples, 5 of four, 1 of five.
    [Test]
    public void Combinations_are_the_31_subsets_of_five_small_ones_first_in_the_order_that_was_written()
    {
        using var folder = new SweepFolder(
            "combinations:\n  operation.primitives: [{kind: avg_pool, kernel: 9}, "
                + "{kind: max_pool}, {kind: conv}, {kind: shift}, {kind: perturb}]\n"
        );

        var names = folder.Names();

        Assert.That(names, Has.Length.EqualTo(31).And.Unique);
        Assert.That(
            names.GroupBy(name => name.Count(c => c == '+') + 1).Select(group => group.Count()),
            Is.EqualTo(new[] { 5, 10, 10, 5, 1 })
        );
        Assert.That(
            names[..7],
            Is.EqualTo(
                new[]
                {
                    "primitives=avg_pool",
                    "primitives=max_pool",
                    "primitives=conv",
                    "primitives=shift",
                    "primitives=perturb",
                    "primitives=avg_pool+max_pool",
                    "primitives=avg_pool+conv",
                }
            )
        );
        Assert.That(names[15], Is.EqualTo("primitives=avg_pool+max_pool+conv"));
        Assert.That(names[^1], Is.EqualTo("primitives=avg_pool+max_pool+conv+shift+perturb"));
        Assert.That(((Nlp)folder.Plan().Configurations[6].File.Experiment.Operation).Primitives, Has.Length.EqualTo(2));
    }

    [Test]
    public void What_is_written_for_a_run_is_the_experiment_that_train_would_resolve()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.75]}\nseeds: [3, 4]\n");
        var sweep = folder.Plan(1, "threads=1");
        sweep.Write();

        var written = ExperimentFile.Load(sweep.Runs[^1].ExperimentPath, []);
        var typed = ExperimentFile.Load(folder.In("mine.yaml"), ["routing.gamma=0.75", "threads=1"]);

        Assert.That(Identity.Of(written.Resolved), Is.EqualTo(Identity.Of(typed.Resolved)));
        Assert.That(
            (written.Experiment.Name, written.Experiment.Baseline),
            Is.EqualTo(("gamma=0.75", folder.In("runs", "tiny", "base", "experiment.yaml")))
        );
        Assert.That(written.Experiment.Seeds, Is.EqualTo(new[] { 3, 4 }));
        Assert.That(written.LoadBaseline()!.Experiment.Threads, Is.EqualTo(1));
    }

    [Test]
    public void Threads_are_those_that_are_given_else_those_the_sweep_has_begun_with_else_the_command_s()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.75]}\n");

        Assert.That(Threads(folder.Plan(1, "threads=3")), Is.EqualTo("3"));
        Assert.That(Threads(folder.Plan(threads: 5)), Is.EqualTo("5"));
        folder.Plan(1, "threads=7").Write();
        Assert.That(Threads(folder.Plan(threads: 5)), Is.EqualTo("7"));

        static string? Threads(EtrNlp.Core.Sweeps.Sweep sweep) =>
            ((ScalarNode)sweep.Configurations[0].Resolved.Child("threads")!).Text;
    }

    [Test]
    public void Nothing_is_moved_aside_while_another_process_works_in_one_of_the_runs()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.75]}\n");
        var sweep = folder.Plan();
        Array.ForEach([.. sweep.Runs], run => Directory.CreateDirectory(run.Folder.Path));

        using (RunLock.Take(sweep.Runs[1].Folder))
        {
            Assert.That(sweep.MoveAside, Throws.InstanceOf<RunException>());
            Assert.That(sweep.Runs.Select(run => Directory.Exists(run.Folder.Path)), Is.All.True);
        }

        HandMadeLease.Elsewhere.Write(sweep.Runs[0].Folder);
        Assert.That(sweep.MoveAside, Throws.InstanceOf<RunException>(), "one of another machine, which no lock shows");
        File.Delete(HandMadeLease.PathIn(sweep.Runs[0].Folder));

        Assert.That((sweep.MoveAside(), sweep.MoveAside()), Is.EqualTo((2, 0)));
        Assert.That(sweep.Runs.Select(run => Directory.Exists(run.Folder.Path)), Is.All.False);
    }

    [Test]
    public void Runs_of_the_baseline_come_first_and_every_other_needs_that_of_its_seed()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0, 1]}\nseeds: [5, 6]\n");

        var shown = folder
            .Plan()
            .Runs.Select(run => new StringBuilder(run.Title).Append(" <- ").Append(run.Needs?.Title).ToString());

        Assert.That(
            shown,
            Is.EqualTo(
                new[]
                {
                    "base seed 5 <- ",
                    "base seed 6 <- ",
                    "gamma=0 seed 5 <- base seed 5",
                    "gamma=0 seed 6 <- base seed 6",
                    "gamma=1 seed 5 <- base seed 5",
                    "gamma=1 seed 6 <- base seed 6",
                }
            )
        );
    }
}
