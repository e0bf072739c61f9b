using System.Text;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Operations;
using EtrNlp.Data.Configuration;
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

    // 5 single, 10 pairs, 10 triples, 5 of four, 1 of five.
    [Test]
    public void Combinations_are_the_31_subsets_of_five_small_ones_first_in_the_order_that_was_written()
    {
        using var folder = new SweepFolder(
            "combinations:\n  operation.primitives: [{kind: avg_pool, kernel: 9}, {kind: max_pool}, {kind: conv}, {kind: shift}, {kind: perturb}]\n"
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

    [TestCase(
        "grid: {routing.kind: [etr], operation.kind: [nlp, conv]}",
        "routing.kind=etr,operation.kind=nlp",
        "routing.kind=etr,operation.kind=conv"
    )]
    [TestCase("grid: {training.optimizer.learning_rate: [1e-3, 1E-4]}", "learning_rate=1e-3", "learning_rate=1e-4")]
    [TestCase(
        "combinations: {operation.primitives: [{kind: conv, kernel: 3}, {kind: conv, kernel: 5}]}",
        "primitives=conv-3",
        "primitives=conv-5",
        "primitives=conv-3+conv-5"
    )]
    [TestCase(
        "grid: {operation.primitives: [[{kind: conv}], [{kind: shift}, {kind: identity}]]}",
        "primitives=conv",
        "primitives=shift+identity"
    )]
    [TestCase("seeds: [1]", "mine")]
    public void Names_are_as_short_as_they_can_be(string sweep, params string[] expected)
    {
        using var folder = new SweepFolder(sweep);

        Assert.That(folder.Names(), Is.EqualTo(expected));
    }

    [Test]
    public void Long_names_and_names_that_would_be_the_same_end_in_a_hash_that_is_the_same_every_time()
    {
        using var folder = new SweepFolder(
            "grid: {training.optimizer: [{kind: adam, learning_rate: 1e-3}, {kind: ADAM, learning_rate: 1e-3}]}"
        );
        using var wide = new SweepFolder(
            "grid:\n"
                + string.Join(
                    '\n',
                    "backbone.width training.batch_size training.epochs training.inactive_gradients routing.task_branch routing.gamma"
                        .Split(' ')
                        .Zip(["0.125", "4", "1", "skip", "conv3x3", "0.5"], (key, value) => $"  {key}: [{value}]")
                )
                + "\n"
        );

        var name = wide.Names().Single();

        // The first 71 characters, a dash, 8 digits.
        Assert.That(
            name,
            Has.Length.EqualTo(80)
                .And.Match("^width=0.125,batch_size=4,epochs=1,inactive_gradients=skip,task_branch=c-[0-9a-f]{8}$")
        );
        Assert.That(wide.Names().Single(), Is.EqualTo(name));
        Assert.That(folder.Complaints(), Has.One.Contains("there is no optimizer 'ADAM'"));
    }

    [TestCase("grid: {routing.gama: [0.5]}", "sweep.yaml(3,8): routing.gama: unknown key; did you mean 'gamma'?")]
    [TestCase("grid: {routng.gamma: [0.5]}", "sweep.yaml(3,8): routng: unknown key; did you mean 'routing'?")]
    [TestCase(
        "grid: {routing.gamma: [0.5, 2]}",
        "sweep.yaml(3,29): routing.gamma: expected a number from 0 to 1, got '2'"
    )]
    [TestCase(
        "grid: {routing.gamma: 0.5}",
        "sweep.yaml(3,23): grid.routing.gamma: expected a list of at least 1, all different, got '0.5'"
    )]
    [TestCase(
        "grid: {routing.gamma: [1, 1]}",
        "sweep.yaml(3,23): grid.routing.gamma: expected a list of at least 1, all different, got a list of 2"
    )]
    [TestCase("grid: {name.x: [1]}", "sweep.yaml(3,8): there is no key 'x' to set: mine.yaml(1,7) holds 'mine'")]
    [TestCase("grid: {seeds: [[1], [2]]}", "sweep.yaml(3,8): seeds: belongs to the whole sweep and cannot be varied")]
    [TestCase(
        "grid: {dataset.val: [4, 5]}",
        "sweep.yaml(3,8): dataset.val: all runs are compared with one baseline: mine.yaml is evaluated on other rows, labels or images than base.yaml; delta_p compares runs of the same val and test; take it away with --set baseline=null"
    )]
    [TestCase(
        "grid: {operation: [{kind: conv}]}\ncombinations: {operation.primitives: [{kind: conv}]}",
        "sweep.yaml(4,16): operation.primitives: is varied twice, operation stands at sweep.yaml(3,8)"
    )]
    [TestCase(
        "grid: {operation.kind: [conv], operation.groups: [2]}",
        "sweep.yaml(3,32): operation.groups: unknown key; known: kind"
    )]
    [TestCase(
        "combinations: {a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]}",
        "sweep.yaml(3,19): combinations.a: expected a list of 1 to 12 different items, got a list of 13"
    )]
    [TestCase("seeds: [1, 1]", "sweep.yaml(3,8): seeds: expected a list of different integers >= 0, got a list of 2")]
    [TestCase("gird: {a: [1]}", "sweep.yaml(3,1): gird: unknown key; did you mean 'grid'?")]
    public void A_mistake_is_answered_with_its_place(string sweep, string expected)
    {
        using var folder = new SweepFolder(sweep + "\n");

        Assert.That(folder.Complaints(), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void A_base_that_is_not_there_is_named_at_its_place()
    {
        using var folder = new SweepFolder("seeds: [1]\n");
        File.Delete(folder.In("mine.yaml"));

        Assert.That(folder.Complaints(), Is.EqualTo(new[] { "sweep.yaml(2,7): base: there is no file mine.yaml" }));
    }

    [Test]
    public void An_override_of_what_is_varied_is_refused()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5]}\n");

        Assert.That(
            folder.Complaints("routing.gamma=1"),
            Is.EqualTo(
                new[]
                {
                    "--set routing.gamma=1: routing.gamma: the sweep varies it, see sweep.yaml(3,8); leave one of them out",
                }
            )
        );
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
    public void Cores_are_divided_by_jobs_unless_threads_are_given_or_the_sweep_has_begun_with_others()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.75]}\n");

        Assert.That(Threads(folder.Plan(1, "threads=3")), Is.EqualTo("3"));
        Assert.That(Threads(folder.Plan(jobs: 1024)), Is.EqualTo("1"));
        Assert.That(Threads(folder.Plan(jobs: 1)), Is.EqualTo($"{Environment.ProcessorCount}"));
        folder.Plan(1, "threads=7").Write();
        Assert.That(Threads(folder.Plan(jobs: 1)), Is.EqualTo("7"));

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
