using EtrNlp.Data.Randomness;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>What holds between processes: kills, locks, a full disk.</summary>
[Category("Process")]
public sealed class ProcessTests
{
    const int Kills = 8;

    // Half of the kills fall anywhere in the life of the process, half into training; every step saves a checkpoint.
    [TestCase("routing.gamma=0.5")]
    [TestCase("routing.shared={kind: max_roaming, keep: 0.6, period: 0.3}")]
    [TestCase("weighting={kind: gradnorm}", "routing={kind: hard_sharing}")]
    public void Killed_at_random_moments_a_run_and_its_baseline_come_to_the_same_bits(params string[] overrides)
    {
        using var reference = new TinyExperiment();
        reference.Train([$"baseline={reference.Base}", .. overrides]);
        string[] settings = [.. overrides.SelectMany(text => new[] { "--set", text })];
        var random = RandomStream.For(1, "test", "kills");
        using var tiny = new TinyExperiment();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = EtrnlpProcess.Start(Command(tiny, ["--checkpoint-every", "0", .. settings]));
            if (kill % 2 == 1)
            {
                process.WaitForTraining();
            }

            if (process.EndsWithin(TimeSpan.FromMilliseconds(random.NextInt(kill % 2 == 1 ? 300 : 1500))))
            {
                Assert.That(process.WaitForExit(), Is.Zero, process.Errors);
                AssertSame(tiny, reference);
                Directory.Delete(tiny.Runs, recursive: true); // done before the kill: once more from the start
                kill--;
            }
            else
            {
                process.Kill();
            }
        }

        using var last = EtrnlpProcess.Start(Command(tiny, settings));
        Assert.That(last.WaitForExit(), Is.Zero, last.Errors);
        AssertSame(tiny, reference);
    }

    [Test]
    public void A_second_process_is_refused_while_the_first_works_and_not_after_it_was_killed()
    {
        using var tiny = new TinyExperiment();
        string[] command = [.. Command(tiny, "--no-wait"), "--set", "training.epochs=100000"];
        using (var first = EtrnlpProcess.Start(command))
        {
            first.WaitForTraining();
            using var second = EtrnlpProcess.Start(command);
            Assert.That(second.WaitForExit(), Is.Not.Zero);
            Assert.That(
                second.Errors,
                Does.Contain($"is working in {tiny.Folder("base").Path}; wait for it, or stop it")
            );
            using var restart = EtrnlpProcess.Start(
                "train",
                tiny.Base,
                "--runs",
                tiny.Runs,
                "--restart",
                "--set",
                "training.epochs=100000"
            );
            Assert.That(restart.WaitForExit(), Is.Not.Zero);
            Assert.That(
                restart.Errors,
                Does.Contain($"process {first.Id} on {Environment.MachineName} is working in ")
            );
            first.Kill();
        }

        using var third = EtrnlpProcess.Start(command);
        third.WaitForTraining();

        Assert.That(third.Errors, Does.Contain("base seed 0: epochs "));
    }

    [Test]
    public void A_full_disk_is_one_sentence_and_the_last_checkpoint_stays()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("The shell cannot limit the size of files here.");
        }

        using var tiny = new TinyExperiment();
        using var request = new CancellationTokenSource();
        Assert.That(
            () => tiny.Train(observer: new WatchingObserver(_ => request.Cancel()), cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        var before = File.ReadAllBytes(tiny.Folder().LastCheckpoint);

        using (
            var process = EtrnlpProcess.StartWithFilesUpTo(
                before.Length / 2048,
                ["train", tiny.Rival, "--runs", tiny.Runs]
            )
        )
        {
            Assert.That(process.WaitForExit(), Is.EqualTo(1), process.Errors);
            Assert.That(
                process.Errors.TrimEnd().Split('\n')[^1],
                Does.Contain("the run stopped: ").And.Contain(".safetensors.tmp").And.Not.Contains("report")
            );
        }

        Assert.That(File.ReadAllBytes(tiny.Folder().LastCheckpoint).SequenceEqual(before), Is.True);
        Assert.That(Directory.GetFiles(tiny.Folder().Path, "*.tmp", SearchOption.AllDirectories), Is.Empty);
        tiny.Train();
        Assert.That(tiny.Folder().IsDone, Is.True);
    }

    // 128 + 2 for SIGINT; 75, EX_TEMPFAIL, asks a scheduler to start the job again.
    [TestCase("INT", 130)]
    [TestCase("TERM", 75)]
    [TestCase("HUP", 75)]
    [TestCase("USR1", 75)]
    public void A_signal_saves_at_the_next_step_and_the_same_command_goes_on_from_there(string signal, int code)
    {
        Signals.RequireHeard(signal);
        using var tiny = new TinyExperiment();
        var epochs = StopBy(signal, code, tiny);

        var observer = new WatchingObserver();
        tiny.Train([epochs], observer: observer);
        tiny.Train([epochs, "name=whole"]);

        Assert.That((observer.Starts.Single().FirstEpoch, observer.Starts.Single().FirstBatch), Is.Not.EqualTo((1, 0)));
        Assert.That(
            PlainCheckpoint.Read(tiny.Folder().LastCheckpoint).Bits,
            Is.EqualTo(PlainCheckpoint.Read(tiny.Folder("whole").LastCheckpoint).Bits)
        );
    }

    // Of a run that is over before the signal comes there is nothing to save: then once more, four times as long.
    // Returns what the run was given.
    static string StopBy(string signal, int code, TinyExperiment tiny)
    {
        const int Most = 8 * 4 * 4 * 4;
        for (var epochs = 8; ; epochs *= 4)
        {
            var given = $"training.epochs={epochs}";
            using var process = EtrnlpProcess.Start("train", tiny.Rival, "--runs", tiny.Runs, "--set", given);
            process.WaitForTraining();
            process.Signal(signal);
            if (process.WaitForExit() == 0 && epochs < Most)
            {
                Directory.Delete(tiny.Runs, recursive: true);
                continue;
            }

            Assert.That(process.WaitForExit(), Is.EqualTo(code), process.Errors);
            Assert.That(File.Exists(tiny.Folder().LastCheckpoint), Is.True);
            return given;
        }
    }

    // The first signal means nothing, the second asks it to stop.
    [TestCase("HUP")]
    [TestCase("USR1")]
    public void A_signal_that_was_ignored_at_the_start_stays_ignored(string signal)
    {
        Signals.RequireHeard("TERM");
        using var tiny = new TinyExperiment();
        string[] train = ["train", tiny.Base, "--runs", tiny.Runs, "--set", "training.epochs=100000"];
        using var process = EtrnlpProcess.StartInShell($"trap '' {signal}; exec \"$0\" \"$@\"", train);
        process.WaitForTraining();
        process.Signal(signal);
        var checkpoint = tiny.Folder("base").PreviousCheckpoint;
        Assert.That(() => File.Exists(checkpoint), Is.True.After(Patience.Milliseconds, 50));
        process.Signal("TERM");

        Assert.That(process.WaitForExit(), Is.EqualTo(75), process.Errors);
        Assert.That(process.Errors, Does.Contain("stopped by SIGTERM; what was trained is saved"));
    }

    static string[] Command(TinyExperiment tiny, params string[] more) =>
        ["train", tiny.Rival, "--runs", tiny.Runs, "--device", "cpu", "--set", $"baseline={tiny.Base}", .. more];

    static void AssertSame(TinyExperiment tiny, TinyExperiment reference)
    {
        RunState.Of(tiny.Folder("base")).AssertEquals(RunState.Of(reference.Folder("base")));
        RunState.Of(tiny.Folder()).AssertEquals(RunState.Of(reference.Folder()));
    }
}
