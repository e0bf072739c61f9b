using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Experiments that need the same missing baseline: one process trains it, the others wait for it.</summary>
[Category("Process")]
public sealed class WaitingTests
{
    TinyExperiment _made = null!;
    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void TrainTheBaseline()
    {
        _made = new TinyExperiment();
        _made.Train(file: _made.Base);
    }

    [OneTimeTearDown]
    public void ForgetIt() => _made.Dispose();

    // What the process that is waited for would have made is there, but for its result.
    [SetUp]
    public void BeginTheBaseline()
    {
        _tiny = new TinyExperiment();
        _tiny.CopyBaseline(_made);
        File.Move(_tiny.Folder("base").ResultPath, Aside);
    }

    [TearDown]
    public void Forget() => _tiny.Dispose();

    string Aside => _tiny.Folder("base").ResultPath + ".aside";

    [Test]
    public void A_baseline_is_read_when_the_other_process_has_made_it()
    {
        using var other = Claim();
        using var waiting = StartAndWait();
        File.Move(Aside, _tiny.Folder("base").ResultPath);

        Assert.That(waiting.WaitForExit(), Is.Zero, waiting.Errors);
        Assert.That(waiting.Errors, Does.Contain("base seed 0: was done already"));
        Assert.That(_tiny.Folder().IsDone, Is.True);
    }

    [Test]
    public void A_baseline_is_trained_when_the_other_process_has_died()
    {
        var other = Claim();
        using var waiting = StartAndWait();
        other.Dispose();

        Assert.That(waiting.WaitForExit(), Is.Zero, waiting.Errors);
        Assert.That(waiting.Errors, Does.Contain("base seed 0: epochs "));
        Assert.That((_tiny.Folder("base").IsDone, _tiny.Folder().IsDone), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_process_that_waits_can_be_stopped()
    {
        Signals.RequireHeard("USR1");
        using var other = Claim();
        using var waiting = StartAndWait();
        waiting.Signal("USR1");

        Assert.That(waiting.WaitForExit(), Is.EqualTo(75), waiting.Errors);
    }

    [Test]
    public void Who_does_not_want_to_wait_is_refused()
    {
        using var other = Claim();
        using var refused = Start("--no-wait");

        Assert.That(refused.WaitForExit(), Is.EqualTo(1));
        Assert.That(refused.Errors, Does.Contain($"{Who} is working in {_tiny.Folder("base").Path}; "));
    }

    // As a cluster starts an array of jobs.
    [Test]
    public void Of_many_that_start_at_once_one_trains_the_baseline()
    {
        Directory.Delete(_tiny.Folder("base").Path, recursive: true);
        EtrnlpProcess[] jobs = [.. Enumerable.Range(0, 6).Select(job => Start("--set", $"name=job-{job}"))];

        Assert.That(jobs.Select(job => job.WaitForExit()), Has.All.Zero, string.Concat(jobs.Select(job => job.Errors)));
        Assert.That(jobs.Count(job => job.Errors.Contains("base seed 0: epochs ")), Is.EqualTo(1));
        Array.ForEach(jobs, job => job.Dispose());
    }

    static string Who => $"process {Environment.ProcessId} on {Environment.MachineName}";

    IDisposable Claim()
    {
        var folder = _tiny.Folder("base");
        var claim = new LateLock(folder, RunLock.Take(folder));
        return RunLock.TakeAll([() => claim, () => new RunLease(folder, claim, null, TimeSpan.FromSeconds(10))]);
    }

    EtrnlpProcess StartAndWait()
    {
        var process = Start();
        var told = $"{Who} is working in {_tiny.Folder("base").Path}; waiting for its result";
        Assert.That(() => process.Errors, Does.Contain(told).After(Patience.Milliseconds, 50));
        return process;
    }

    EtrnlpProcess Start(params string[] more) =>
        EtrnlpProcess.Start([
            "train",
            _tiny.Rival,
            "--runs",
            _tiny.Runs,
            "--device",
            "cpu",
            "--set",
            $"baseline={_tiny.Base}",
            .. more,
        ]);
}
