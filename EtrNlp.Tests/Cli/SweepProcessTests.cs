using System.Diagnostics;
using System.Text.Json;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Sweeps through the built executable, whose runs are processes of their own.</summary>
[Category("Process")]
public sealed class SweepProcessTests
{
    const string ThreeByTwo = "grid: {routing.gamma: [0, 0.5, 1]}\nseeds: [0, 1]\n";

    // 3 configurations and their baseline, 2 seeds each: 8 runs, of which each writes one "epochs 1 to 1" line for
    // every start that gets that far.
    [Test]
    public void Killed_children_and_a_killed_parent_cost_nothing_that_was_done_and_train_gives_the_same_bits()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Children are found by /proc here.");
        }

        using var folder = new SweepFolder(ThreeByTwo);
        using (var first = Start(folder))
        {
            var child = WaitForChild(first);
            Process.GetProcessById(child).Kill();
            Assert.That(() => Results(folder), Has.Length.GreaterThanOrEqualTo(2).After(Patience.Milliseconds, 50));
            first.Kill();
            first.WaitForExit();
        }

        var written = Results(folder).ToDictionary(path => path, File.GetLastWriteTimeUtc);
        using var second = Start(folder);
        var (_, error) = Read(second);

        Assert.That(second.ExitCode, Is.Zero, error);
        Assert.That(Results(folder), Has.Length.EqualTo(8));
        Assert.That(
            written.Where(pair => File.GetLastWriteTimeUtc(pair.Key) != pair.Value),
            Is.Empty,
            "what was done is left alone"
        );
        Assert.That(
            Results(folder).Select(TrainingRowsOfEpoch1).Distinct().Count(),
            Is.EqualTo(1),
            "no epoch is there twice"
        );
        Assert.That(
            File.ReadAllLines(folder.In("runs", "tiny", "table.csv")),
            Has.Length.EqualTo(5).And.All.Match(@"^configuration|^(base|gamma=\S+),[\d.]*,2,,")
        );
        Assert.That(
            File.ReadAllText(folder.In("runs", "tiny", "table.md")),
            Does.Contain("| gamma=0.5 | 2 | ").And.Not.Contains("no result")
        );
        AssertTrainGivesTheSameBits(folder);
    }

    static int TrainingRowsOfEpoch1(string result) =>
        File.ReadAllLines(Path.Combine(Path.GetDirectoryName(result)!, "metrics.csv"))
            .Count(line => line.StartsWith("1,train", StringComparison.Ordinal));

    static void AssertTrainGivesTheSameBits(SweepFolder folder)
    {
        string[] set = ["--set", "seeds=[1]", "--set", "name=gamma=0.5"];
        var train = Etrnlp
            .Start(folder.Path, ["train", "mine.yaml", "--runs", "own", "--threads", "1", .. set])
            .Finish();

        Assert.That(train.Code, Is.Zero, train.Error);
        RunState
            .Of(RunFolder.Of(folder.In("own"), "gamma=0.5", 1))
            .AssertEquals(RunState.Of(RunFolder.Of(folder.In("runs", "tiny"), "gamma=0.5", 1)));
    }

    // Another learning rate is another experiment.
    [Test]
    public void A_restart_begins_every_run_anew_and_keeps_the_old_ones_beside()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5]}\n");
        string[] otherwise = ["--set", "training.optimizer.learning_rate=1e-2"];
        using var first = Start(folder);
        var before = (Read(first), first.ExitCode);
        var old = Results(folder).Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();

        using var refused = Start(folder, otherwise);
        var refusal = Read(refused);
        using var second = Start(folder, [.. otherwise, "--restart"]);
        var (_, error) = Read(second);

        Assert.That((before.ExitCode, refused.ExitCode, second.ExitCode), Is.EqualTo((0, 2, 0)), error);
        Assert.That(refusal.Error, Does.Contain("begin anew beside it with --restart"));
        Assert.That(
            error,
            Does.Contain("the 2 runs that were there are kept beside the new ones, as seed-<n>.replaced-<k>")
                .And.Not.Contains("was done already")
        );
        Assert.That(Results(folder), Has.Length.EqualTo(4));
        Assert.That(
            Results(folder)
                .Where(path => path.Contains("seed-0.replaced-1", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllText),
            Is.EqualTo(old)
        );
    }

    [TestCase("--json")]
    [TestCase("--json", "--quiet")]
    public void A_run_that_fails_is_shown_with_the_end_of_its_log_and_does_not_stop_the_rest(params string[] options)
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5, 1]}\n");
        using (var first = Start(folder))
        {
            Read(first);
        }

        Damage(RunFolder.Of(folder.In("runs", "tiny"), "gamma=0.5", 0));

        using var process = Start(folder, options);
        var (output, error) = Read(process);
        var json = JsonDocument.Parse(output).RootElement;

        Assert.That(process.ExitCode, Is.EqualTo(1));
        Assert.That(
            error,
            Does.Match(@"gamma=0\.5 seed 0: ended with exit code 2 and no result \(\d of 3\)")
                .And.Match(@"\n    etrnlp: the checkpoint .*previous\.safetensors cannot be used")
        );
        Assert.That(
            error,
            Does.Contain("1 of 3 runs have no result; the same command tries them again").And.Not.Contain(" at EtrNlp")
        );
        Assert.That(
            json.GetProperty("failed").EnumerateArray().Single().GetProperty("name").GetString(),
            Is.EqualTo("gamma=0.5")
        );
        Assert.That(
            json.GetProperty("configurations").EnumerateArray().Select(one => one.GetProperty("n").GetInt32()),
            Is.EqualTo(new[] { 1, 0, 1 })
        );
        Assert.That(
            File.ReadAllText(folder.In("runs", "tiny", "table.md")),
            Does.Contain("gamma=0.5: no result of seed 0")
        );
    }

    static void Damage(RunFolder run)
    {
        File.Delete(run.ResultPath);
        File.WriteAllText(run.LastCheckpoint, "damaged");
        File.WriteAllText(run.PreviousCheckpoint, "damaged too");
    }

    [TestCase("INT", 130)]
    [TestCase("TERM", 75)]
    [TestCase("HUP", 75)]
    [TestCase("USR1", 75)]
    public void A_signal_stops_every_run_with_a_checkpoint(string signal, int code)
    {
        Signals.RequireHeard(signal);
        using var folder = new SweepFolder("seeds: [0]\n");
        using var process = Start(folder, "--set", "training.epochs=100000");
        var checkpoint = folder.In("runs", "tiny", "base", "seed-0", "checkpoints", "last.safetensors");
        Assert.That(() => File.Exists(checkpoint), Is.True.After(Patience.Milliseconds, 50));
        var child = WaitForChild(process);
        process.Send(signal);
        var (output, error) = Read(process);

        Assert.That((process.ExitCode, output), Is.EqualTo((code, "")), error);
        Assert.That(
            error,
            Does.Contain("stopping every run with a checkpoint").And.Contain("the same command goes on from there")
        );
        Assert.That(Directory.Exists($"/proc/{child}"), Is.False, "no process is left behind");
        Assert.That(
            File.ReadAllText(folder.In("runs", "tiny", "base", "seed-0", "log.txt")),
            Does.Contain("stopped on request")
        );
    }

    static Process Start(SweepFolder folder, params string[] more) =>
        Etrnlp.Start(folder.Path, ["sweep", "sweep.yaml", "--jobs", "2", "--threads", "1", "--device", "cpu", .. more]);

    static (string Output, string Error) Read(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (output.Result, error.Result);
    }

    static string[] Results(SweepFolder folder) =>
        Directory.Exists(folder.In("runs"))
            ? Directory.GetFiles(folder.In("runs"), "result.json", SearchOption.AllDirectories)
            : [];

    static int WaitForChild(Process parent)
    {
        int[] children = [];
        Assert.That(() => children = Children(parent), Is.Not.Empty.After(Patience.Milliseconds, 20));
        return children[0];
    }

    static int[] Children(Process parent) =>
        [
            .. Directory
                .GetDirectories($"/proc/{parent.Id}/task")
                .SelectMany(task =>
                    ReadIfThere(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                )
                .Select(int.Parse),
        ];

    // Threads come and go.
    static string ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
