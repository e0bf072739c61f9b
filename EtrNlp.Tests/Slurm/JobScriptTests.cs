using System.Diagnostics;
using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Sweeps;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Slurm;

/// <summary>The script of an array's element, run by bash as Slurm runs it.</summary>
[Category("Process")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class JobScriptTests : IDisposable
{
    const int User1 = 10;
    const int Terminate = 15;

    // Says what it was given, and ends as train does when it is asked to stop.
    const string Run = """
        #!/bin/bash
        echo "$@" >>said
        trap 'exit 75' TERM
        [ "$1" != waits ] || for _ in $(seq 200); do sleep 0.05; done
        exit "$1"

        """;

    readonly PretendedSlurm _slurm = new();
    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _slurm.Dispose();
        _folder.Dispose();
    }

    [TestCase("0", 0)]
    [TestCase("1", 1)]
    [TestCase("75", 75)]
    public void Its_line_is_run_and_its_exit_code_is_that_of_the_run(string code, int expected)
    {
        using var script = Start("'' ./run 9", $"'' ./run {code} 'two words'");

        Assert.That(End(script), Is.EqualTo(expected));
        Assert.That(File.ReadAllText(_folder.File("said")), Does.StartWith($"{code} two words"));
        Assert.That(File.Exists(_slurm.In("scontrol.said")), Is.False, "nobody said that time was up");
    }

    [Test]
    public void A_run_whose_baseline_has_no_result_is_not_started()
    {
        using var script = Start("", $"'{_folder.File("base")}' ./run 0");

        Assert.That(End(script), Is.EqualTo(1));
        Assert.That(File.Exists(_folder.File("said")), Is.False);
    }

    [Test]
    public void Setup_is_run_before()
    {
        using var script = Start("", "'' ./run 0", "setup: ['echo set up >said']");

        Assert.That(End(script), Is.Zero);
        Assert.That(File.ReadAllText(_folder.File("said")), Does.StartWith("set up\n0"));
    }

    [Test]
    public void When_time_is_up_the_run_saves_itself_and_is_queued_again()
    {
        using var script = Start("", "'' ./run waits");

        Assert.That(Signalled(script, User1), Is.EqualTo(75));
        Assert.That(File.ReadAllText(_slurm.In("scontrol.said")), Is.EqualTo("requeue 7_1\n"));
    }

    [Test]
    public void It_is_queued_again_at_most_so_often()
    {
        using var script = Start("", "'' ./run waits", "max_requeues: 2", restarts: 2);

        Assert.That(Signalled(script, User1), Is.EqualTo(75));
        Assert.That(File.Exists(_slurm.In("scontrol.said")), Is.False);
    }

    [Test]
    public void After_scancel_or_preemption_slurm_decides()
    {
        using var script = Start("", "'' ./run waits");

        Assert.That(Signalled(script, Terminate), Is.EqualTo(75));
        Assert.That(File.Exists(_slurm.In("scontrol.said")), Is.False);
    }

    Process Start(string line0, string line1, string settings = "", int restarts = 0)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new IgnoreException("The script is one of bash.");
        }

        File.WriteAllText(_folder.File("run"), Run);
        File.SetUnixFileMode(_folder.File("run"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var submission = new Submission(_folder.Path, 1, "name", 1, [], null);
        File.WriteAllText(submission.CommandsPath, $"{line0}\n{line1}\n");
        var block = Data.Configuration.YamlReader.ReadText($"{{{settings}}}", "sweep.yaml");
        File.WriteAllText(
            submission.ScriptPath,
            JobScript
                .OfRun(submission, SlurmSettings.Of(block, []))
                .Replace(Environment.CurrentDirectory, _folder.Path, StringComparison.Ordinal)
                .Replace("sleep 60", "sleep 0", StringComparison.Ordinal)
        );
        var start = new ProcessStartInfo("bash", [submission.ScriptPath]);
        foreach (var (name, value) in _slurm.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["SLURM_ARRAY_JOB_ID"] = "7";
        start.Environment["SLURM_ARRAY_TASK_ID"] = "1";
        start.Environment["SLURM_RESTART_COUNT"] = $"{restarts}";
        return Process.Start(start)!;
    }

    int Signalled(Process script, int signal)
    {
        Assert.That(() => File.Exists(_folder.File("said")), Is.True.After(Patience.Milliseconds, 20));
        using (var kill = Process.Start("kill", [$"-{signal}", $"{script.Id}"]))
        {
            kill.WaitForExit();
        }

        return End(script);
    }

    static int End(Process script)
    {
        script.WaitForExit();
        return script.ExitCode;
    }
}
