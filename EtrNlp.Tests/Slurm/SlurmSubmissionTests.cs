using System.Text.Json;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Slurm;

/// <summary>What is handed to Slurm, and what is not handed over twice.</summary>
[Category("Process")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SlurmSubmissionTests : IDisposable
{
    readonly PretendedSlurm _slurm = new();

    // 2 runs of the baseline and 4 others.
    readonly SweepFolder _sweep = new("grid: {routing.gamma: [0.5, 1]}\nseeds: [0, 1]\n");

    public void Dispose()
    {
        _slurm.Dispose();
        _sweep.Dispose();
    }

    [Test]
    public void The_baseline_comes_first_and_a_job_that_goes_on_last()
    {
        string[] asked = ["--time", "60", "--gres", "gpu:1", "--array-limit", "3", "--sbatch", "--qos=low -x n7"];
        var (code, output, error) = Sweep(asked);

        Assert.That(code, Is.Zero, error);
        Assert.That(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(
                new[]
                {
                    "submitted 2 runs as job 1",
                    "submitted 4 runs as job 2",
                    "job 3 goes on when they have ended, and says so in " + LogOf(3, "3"),
                }
            )
        );
        Assert.That(_slurm.Calls, Has.Count.EqualTo(3));
        Assert.That(
            _slurm.Calls[1],
            Is.SupersetOf(
                new[]
                {
                    "--dependency=afterany:1",
                    "--array=0-3%3",
                    "--time=60",
                    "--gres=gpu:1",
                    "--qos=low",
                    "-x",
                    "n7",
                    "--signal=B:USR1@180",
                    "--requeue",
                    "--open-mode=append",
                }
            )
        );
        Assert.That(_slurm.Calls[0], Has.None.StartsWith("--dependency"));
        Assert.That(_slurm.Calls[2], Has.One.EqualTo("--dependency=afterany:1:2").And.None.StartsWith("--gres"));
    }

    [Test]
    public void What_is_queued_or_running_is_not_submitted_again()
    {
        Sweep();
        _slurm.Move("|1|0|PENDING||Priority", "|1|0|RUNNING|n1|None");

        var (_, output, _) = Sweep();

        Assert.That(_slurm.Calls, Has.Count.EqualTo(3));
        Assert.That(output, Does.Contain("6 runs queued or running already"));
    }

    [Test]
    public void What_has_ended_without_a_result_is_submitted_again_when_a_user_asks()
    {
        Sweep();
        _slurm.Move("|2|3|PENDING||Priority", "|2|3|FAILED|n1|NonZeroExitCode");

        var (_, output, _) = Sweep("--json");

        var told = JsonDocument.Parse(output).RootElement;
        Assert.That(told.GetProperty("submitted")[0].GetProperty("runs").GetInt32(), Is.EqualTo(1));
        Assert.That(told.GetProperty("active").GetInt32(), Is.EqualTo(5));
        Assert.That(_slurm.Calls[3], Has.One.EqualTo("--array=0-0").And.One.EqualTo("--dependency=afterany:1"));
        Assert.That(_slurm.Calls[4], Has.One.EqualTo("--dependency=afterany:4:1:2"), "all that is left is waited for");
        Assert.That(File.ReadAllText(_slurm.In("scancel.said")), Is.EqualTo("3\n"), "one job goes on, not two");
    }

    [Test]
    public void The_job_that_goes_on_counts_what_failed_and_does_not_try_it_again()
    {
        Sweep();
        _slurm.Move("PENDING||Priority", "FAILED|n1|NonZeroExitCode");
        File.WriteAllText(LogOf(2, "2_1"), "one line\nCUDA out of memory\n");

        var (code, _, error) = Sweep("--round", "1", "--on-end", "cat >told");

        Assert.That(code, Is.Zero, "it has done what it was to do");
        Assert.That(error, Does.Contain("6 of 6 runs have no result"));
        Assert.That(_slurm.Calls, Has.Count.EqualTo(3));
        Assert.That(
            File.ReadAllText(_sweep.In("runs", "tiny", "table.md")),
            Does.Contain("gamma=0.5 seed 1: its job 2_1 ended as FAILED\n\n    one line\n    CUDA out of memory\n")
        );
        var told = JsonDocument.Parse(File.ReadAllText(_sweep.In("told"))).RootElement;
        Assert.That(told.GetProperty("failed").GetArrayLength(), Is.EqualTo(6), "--on-end hears of it");
    }

    [Test]
    public void A_failed_run_is_shown_with_the_end_of_its_log()
    {
        Sweep();
        _slurm.Move("|2|1|PENDING||Priority", "|2|1|FAILED|n1|NonZeroExitCode");
        File.WriteAllText(LogOf(2, "2_1"), "one line\nCUDA out of memory\n");

        var (code, output, _) = _slurm.Run(_sweep.Path, "sweep", "status", _sweep.In("runs", "tiny"));

        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("6 runs: 5 pending, 1 failed"));
        Assert.That(output, Does.Contain("pending: 5 runs, Priority"));
        Assert.That(output, Does.Match(@"failed: gamma=0.5\S+, its job 2_1 ended as FAILED\s+one line\s+CUDA out of"));
    }

    // Three elements at most: indices from 0 to 2.
    [Test]
    public void Arrays_are_as_large_as_slurm_takes_them()
    {
        File.WriteAllText(_slurm.In("most"), "4");

        Sweep();

        Assert.That(
            _slurm.Calls.SelectMany(call => call).Where(word => word.StartsWith("--array", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "--array=0-1", "--array=0-2", "--array=0-0" })
        );
        Assert.That(_slurm.Calls[3], Has.One.EqualTo("--dependency=afterany:1:2:3"));
    }

    [Test]
    public void An_answer_that_was_not_heard_costs_nothing()
    {
        File.WriteAllText(_slurm.In("deaf"), "");

        var (code, output, error) = Sweep();

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("submitted 2 runs as job 1"));
        Assert.That(_slurm.Calls, Has.Count.EqualTo(3));
    }

    // The command died after sbatch, before it wrote the number down.
    [Test]
    public void Jobs_whose_number_was_lost_are_found_by_their_name()
    {
        Sweep();
        var path = Path.Combine(FolderOf(2), "submission.json");
        var written = File.ReadAllText(path);
        File.WriteAllText(path, written.Replace("\"job\":\"2\"", "\"job\":null", StringComparison.Ordinal));
        _slurm.Move("|3|N/A|PENDING||Priority", "|3|N/A|RUNNING|n1|None");

        var (code, output, error) = Sweep();

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("6 runs queued or running already"));
        Assert.That(
            _slurm.Calls[^1],
            Has.One.EqualTo("--dependency=afterany:1:2"),
            "the job that went on is at work already, so that another one will"
        );
    }

    [Test]
    public void What_slurm_refuses_leaves_nothing_behind()
    {
        File.WriteAllText(_slurm.In("refuse"), "");

        var (code, _, error) = Sweep();

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("sbatch refused the jobs: sbatch: error: Batch job submission failed"));
        Assert.That(Directory.GetDirectories(_sweep.In("runs", "tiny", ".slurm")), Is.Empty);
    }

    [Test]
    public void What_slurm_holds_since_it_could_not_start_it_is_released()
    {
        Sweep();
        _slurm.Move("|2|1|PENDING||Priority", "|2|1|PENDING||launch failed requeued held");

        Sweep();

        Assert.That(File.ReadAllText(_slurm.In("scontrol.said")), Is.EqualTo("release 2_1\n"));
    }

    // Slurm forgets a job minutes after its end.
    [Test]
    public void The_end_of_a_log_is_known_when_slurm_has_forgotten_its_job()
    {
        Sweep();
        File.WriteAllText(LogOf(2, "2_1"), "one line\nCUDA out of memory\n");
        File.WriteAllText(LogOf(2, "2_0"), "one line\nslurmstepd: error: *** JOB 2 ON n1 CANCELLED AT 20:15 ***\n");
        File.Delete(_slurm.In("queue"));

        var (_, output, _) = _slurm.Run(_sweep.Path, "sweep", "status", _sweep.In("runs", "tiny"));
        var (code, _, error) = Sweep("--round", "1");

        Assert.That(output, Does.Contain("6 runs: 1 failed, 1 interrupted, 4 not begun").And.Contain("CUDA out of"));
        Assert.That(code, Is.Zero, error);
        Assert.That(File.ReadAllText(_sweep.In("runs", "tiny", "table.md")), Does.Contain("    CUDA out of memory"));
    }

    // It was killed before Slurm heard of the jobs, and Slurm started it again.
    [Test]
    public void What_slurm_never_accepted_counts_as_never_tried()
    {
        Sweep();
        var path = Path.Combine(FolderOf(2), "submission.json");
        var written = File.ReadAllText(path);
        File.WriteAllText(path, written.Replace("\"job\":\"2\"", "\"job\":null", StringComparison.Ordinal));
        _slurm.Move("PENDING||Priority", "FAILED|n1|NonZeroExitCode");
        var rows = File.ReadAllLines(_slurm.In("queue"));
        File.WriteAllLines(_slurm.In("queue"), rows.Where(row => !row.Contains("|2|", StringComparison.Ordinal)));

        Sweep("--round", "1", "--turn", "3");

        Assert.That(_slurm.Calls[3], Has.One.EqualTo("--array=0-3"));
    }

    [Test]
    public void Of_two_jobs_that_go_on_the_later_one_does()
    {
        Sweep();

        var (code, output, error) = Sweep("--round", "1", "--turn", "2");

        Assert.That((code, output), Is.EqualTo((0, "")));
        Assert.That(error, Does.Contain("a later job goes on with the sweep"));
        Assert.That(_slurm.Calls, Has.Count.EqualTo(3));
    }

    [Test]
    public void Runs_are_known_where_the_folder_was_moved()
    {
        Sweep();
        Directory.Move(_sweep.In("runs"), _sweep.In("elsewhere"));
        Directory.CreateSymbolicLink(_sweep.In("runs"), _sweep.In("elsewhere"));

        var status = _slurm.Run(_sweep.Path, "sweep", "status", _sweep.In("elsewhere", "tiny") + "/");

        Assert.That(status.Output, Does.StartWith("tiny: 6 runs: 6 pending"));
    }

    // Two arrays of one run each fit; the rest is handed over by the job that goes on.
    [Test]
    public void Where_slurm_takes_no_more_jobs_the_rest_is_submitted_later()
    {
        File.WriteAllText(_slurm.In("room"), "3");

        var (code, output, error) = Sweep();
        File.Delete(_slurm.In("room"));
        _slurm.Move("PENDING||Priority", "FAILED|n1|NonZeroExitCode");
        var (_, later, _) = Sweep("--round", "1", "--turn", "99");

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("QOSMaxSubmitJobPerUserLimit; what is left is submitted later"));
        Assert.That(output, Does.Contain("submitted 2 runs").And.Contain("submitted 1 run as").And.Contain("goes on"));
        Assert.That(later, Does.Contain("submitted 3 runs"));
    }

    [Test]
    public void What_was_accepted_is_said_also_if_the_job_that_goes_on_is_refused()
    {
        File.WriteAllText(_slurm.In("refuse-after"), "2");

        var (code, output, error) = Sweep();

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("what is submitted goes on, type the command again when it has ended"));
        Assert.That(output, Does.Contain("submitted 4 runs as job 2"));
    }

    [Test]
    public void Variables_of_the_shell_do_not_change_what_is_asked()
    {
        Sweep();
        var environment = _slurm.Environment;
        environment["SQUEUE_PARTITION"] = environment["SLURM_RESTART_COUNT"] = "20";

        var (_, output, error) = Etrnlp.Start(_sweep.Path, Arguments([]), environment).Finish();

        Assert.That(output, Does.Contain("6 runs queued or running already"), error);
    }

    [Test]
    public async Task A_result_may_be_seen_later_than_the_end_of_its_job()
    {
        using var alone = new SweepFolder("grid: {routing.gamma: [0.5]}\n");
        string[] sweep = ["sweep", "sweep.yaml", "--device", "cpu", "--set", "baseline=null"];
        string[] slurm = [.. sweep, "--executor", "slurm"];
        _slurm.Run(alone.Path, slurm);
        _slurm.Move("PENDING||Priority", "COMPLETED|n1|None");

        var goingOn = Etrnlp.Start(alone.Path, [.. slurm, "--round", "1"], _slurm.Environment);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var wasWaiting = !goingOn.HasExited;
        string[] train = ["train", alone.In("runs", "tiny", "gamma=0.5", "experiment.yaml"), "--device", "cpu"];
        await Etrnlp.Run([.. train, "--runs", alone.In("runs", "tiny")]);
        var (code, output, error) = goingOn.Finish();

        Assert.That((code, wasWaiting), Is.EqualTo((0, true)), error);
        Assert.That(output, Does.Contain("gamma=0.5"));
    }

    [Test]
    public void Cancel_ends_what_is_queued_the_job_that_goes_on_first()
    {
        Sweep();
        _slurm.Move("|1|0|PENDING||Priority", "|1|0|COMPLETED|n1|None");
        _slurm.Move("|1|1|PENDING||Priority", "|1|1|COMPLETED|n1|None");

        var (code, output, _) = _slurm.Run(_sweep.Path, "sweep", "cancel", _sweep.In("runs", "tiny"));

        Assert.That((code, output), Is.EqualTo((0, "ended the jobs 3, 2; etrnlp sweep goes on with what is left\n")));
        Assert.That(File.ReadAllText(_slurm.In("scancel.said")), Is.EqualTo("3 2\n"));
    }

    [Test]
    public void Runs_begin_anew_only_when_none_is_queued()
    {
        Sweep();

        var (code, _, error) = Sweep("--restart");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("jobs of the sweep are queued or running").And.Contain("sweep cancel"));
    }

    [Test]
    public void Without_slurm_the_remedy_is_said()
    {
        var (code, output, error) = Etrnlp
            .Start(_sweep.Path, Arguments([]), new() { ["PATH"] = _sweep.Path })
            .Finish();

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("are not on this machine's PATH").And.Contain("--executor print"));
        Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(Directory.Exists(_sweep.In("runs")), Is.False);
    }

    [Test]
    public void Cancel_names_a_folder_that_is_not_there()
    {
        var (code, _, error) = _slurm.Run(_sweep.Path, "sweep", "cancel", "runs/nothing");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("there is no folder").And.Contain("name that of a sweep"));
    }

    [TestCase("--sbatch", "--array=0-9", "--sbatch --array=0-9: slurm.sbatch: expected arguments without -a, --array")]
    [TestCase("--jobs", "2", "--jobs: limits the runs of this machine; of a cluster --array-limit does")]
    [TestCase("--time", "soon", "--time soon: slurm.time: expected minutes, h:mm:ss or days-hours, got 'soon'")]
    public void An_option_that_does_not_fit_is_refused(string option, string value, string expected)
    {
        var (code, _, error) = Sweep(option, value);

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith(expected));
        Assert.That(_slurm.Calls, Is.Empty);
    }

    [Test]
    public async Task An_option_of_slurm_is_refused_where_this_machine_trains()
    {
        var (code, _, error) = await Etrnlp.Run("sweep", _sweep.In("sweep.yaml"), "--time", "60");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error.Trim(), Is.EqualTo("--time: is of --executor slurm, and this is local"));
    }

    string FolderOf(int number) =>
        Directory.GetDirectories(_sweep.In("runs", "tiny", ".slurm"), $"{number:D4}-*").Single();

    string LogOf(int number, string id) => Path.Combine(FolderOf(number), "log", $"{id}.log");

    (int Code, string Output, string Error) Sweep(params string[] more) => _slurm.Run(_sweep.Path, Arguments(more));

    string[] Arguments(string[] more)
    {
        string[] where = ["--runs", _sweep.In("runs"), "--device", "cpu", "--executor", "slurm"];
        return ["sweep", _sweep.In("sweep.yaml"), .. where, .. more];
    }
}
