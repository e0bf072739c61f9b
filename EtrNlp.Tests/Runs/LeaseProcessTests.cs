using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Two processes on one run, as when a cluster starts a job anew whose first process lives on.</summary>
[Category("Process")]
public sealed class LeaseProcessTests
{
    const string Many = "training.epochs=100000";

    TinyExperiment _tiny = null!;

    [SetUp]
    public void Make()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Whether a process stands still is told by /proc here.");
        }

        _tiny = new TinyExperiment();
    }

    [TearDown]
    public void Forget() => _tiny?.Dispose();

    [Test]
    public void A_process_that_comes_to_itself_after_another_has_finished_its_run_ends_and_writes_nothing()
    {
        const string Some = "training.epochs=12";
        using var undisturbed = new TinyExperiment();
        undisturbed.Train([Some]);
        using var first = StoppedInItsMiddle(Some);

        using var second = Start("--owner", "job-7", "--set", Some);
        Assert.That(second.WaitForExit(), Is.Zero, second.Errors);
        var before = HandMadeLease.Files(_tiny.Folder());
        first.Signal("CONT");

        Assert.That(first.WaitForExit(), Is.EqualTo(76), first.Errors);
        Assert.That(
            first.Errors,
            Does.Contain($"etrnlp: the run in {_tiny.Folder().Path} was taken over: its lease.json was removed")
        );
        Assert.That(HandMadeLease.Files(_tiny.Folder()), Is.EqualTo(before));
        Assert.That(File.Exists(HandMadeLease.PathIn(_tiny.Folder())), Is.False);
        RunState.Of(_tiny.Folder()).AssertEquals(RunState.Of(undisturbed.Folder()));
    }

    [Test]
    public void A_process_that_comes_to_itself_while_another_has_its_run_ends_and_does_not_disturb_it()
    {
        using var first = StoppedInItsMiddle(Many);
        using var second = Start("--owner", "job-7", "--set", Many);
        second.WaitForTraining();
        first.Signal("CONT");

        Assert.That(first.WaitForExit(), Is.EqualTo(76), first.Errors);
        Assert.That(
            first.Errors,
            Does.Contain(
                $"etrnlp: process {second.Id} on {Environment.MachineName} (owner job-7) has taken over the run in "
            )
        );
        second.Signal("TERM");
        Assert.That(second.WaitForExit(), Is.EqualTo(75), second.Errors);
        Assert.That(File.Exists(HandMadeLease.PathIn(_tiny.Folder())), Is.False);
    }

    [Test]
    public void Another_owner_is_refused_while_a_process_lives_and_goes_on_at_once_when_it_was_killed()
    {
        using (var first = StoppedInItsMiddle(Many))
        {
            using var refused = Start("--owner", "job-8", "--set", Many);
            Assert.That(refused.WaitForExit(), Is.EqualTo(1), refused.Errors);
            Assert.That(
                refused.Errors,
                Does.Contain(
                    $"etrnlp: process {first.Id} on {Environment.MachineName} (owner job-7) is working in "
                        + $"{_tiny.Folder().Path}; wait for it, or stop it"
                )
            );
            first.Kill();
        }

        Assert.That(File.Exists(HandMadeLease.PathIn(_tiny.Folder())), Is.True);
        using var next = Start("--owner", "job-8", "--set", Many);
        next.WaitForTraining();

        Assert.That(next.Errors, Does.Contain("seed 0: epochs ").And.Not.Contains("watching"));
    }

    [TestCase("")]
    [TestCase("a name that goes on and on")]
    public void An_owner_without_a_name_or_with_an_endless_one_is_refused(string owner)
    {
        using var process = Start("--owner", string.Concat(Enumerable.Repeat(owner, 10)));

        Assert.That(process.WaitForExit(), Is.EqualTo(2));
        Assert.That(process.Errors, Does.Contain("--owner: expected a name of 1 to 200 characters"));
    }

    // With a checkpoint, and while no file is being written.
    EtrnlpProcess StoppedInItsMiddle(string epochs)
    {
        var process = Start("--owner", "job-7", "--set", epochs);
        Assert.That(
            () => File.Exists(_tiny.Folder().PreviousCheckpoint) || process.EndsWithin(TimeSpan.Zero),
            Is.True.After(Patience.Milliseconds, 5)
        );
        process.Signal("STOP");
        while (!process.EndsWithin(TimeSpan.Zero) && (!StandsStill(process) || IsWriting()))
        {
            process.Signal("CONT");
            Thread.Sleep(3);
            process.Signal("STOP");
        }

        Assert.That((process.EndsWithin(TimeSpan.Zero), _tiny.Folder().IsDone), Is.EqualTo((false, false)));
        return process;
    }

    bool IsWriting() => Directory.GetFiles(_tiny.Folder().Path, "*.tmp", SearchOption.AllDirectories).Length > 0;

    static bool StandsStill(EtrnlpProcess process) =>
        Directory
            .GetDirectories($"/proc/{process.Id}/task")
            .All(thread => File.ReadAllText(Path.Combine(thread, "stat")).Split(") ")[1][0] == 'T');

    EtrnlpProcess Start(params string[] more) =>
        EtrnlpProcess.Start(["train", _tiny.Rival, "--runs", _tiny.Runs, "--device", "cpu", .. more]);
}
