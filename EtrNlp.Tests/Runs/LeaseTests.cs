using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>A run at work has a lease: it shows it, gives it back, and ends if another process takes it.</summary>
public sealed class LeaseTests
{
    TinyExperiment _tiny = null!;

    [SetUp]
    public void Make() => _tiny = new TinyExperiment();

    [TearDown]
    public void Forget() => _tiny.Dispose();

    [Test]
    public void A_run_at_work_says_who_has_it_and_one_that_is_done_says_nothing()
    {
        JsonObject? seen = null;
        var observer = new WatchingObserver(_ => seen ??= JsonNode.Parse(File.ReadAllText(Lease))!.AsObject());

        _tiny.Train(options: _tiny.Options() with { Owner = "job-7" }, observer: observer);

        Assert.That(
            seen!.Select(pair => pair.Key),
            Is.EqualTo(new[] { "token", "owner", "machine", "boot", "process", "beat" })
        );
        Assert.That(
            ($"{seen!["owner"]}", $"{seen["machine"]}", $"{seen["process"]}", $"{seen["beat"]}"),
            Is.EqualTo(("job-7", Environment.MachineName, $"{Environment.ProcessId}", "0"))
        );
        Assert.That($"{seen["token"]}", Does.Match("^[0-9a-f]{32}$"));
        Assert.That(File.Exists(Lease), Is.False);
    }

    [Test]
    public void Nothing_is_left_of_the_lease_of_a_run_that_failed_or_was_stopped()
    {
        _tiny.TrainUntilEpoch2();
        Assert.That(File.Exists(Lease), Is.False);

        var failing = new WatchingObserver(_ => throw new CrashException());
        Assert.That(() => _tiny.Train(observer: failing), Throws.InstanceOf<CrashException>());
        Assert.That(File.Exists(Lease), Is.False);
    }

    [Test]
    public void Beats_are_counted()
    {
        var observer = new WatchingObserver(_ =>
            Assert.That(() => Beat(), Is.GreaterThanOrEqualTo(2).After(10_000, 5))
        );

        _tiny.Train(["training.epochs=1", "dataset.train=4"], WithBeats(milliseconds: 10), observer);

        Assert.That(observer.Batches, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_lease_that_is_damaged_during_the_run_is_written_again()
    {
        var texts = new List<string>();
        var observer = new WatchingObserver(_ =>
        {
            texts.Add(File.ReadAllText(Lease));
            File.WriteAllText(Lease, "");
        });

        _tiny.Train(["training.epochs=3"], observer: observer);

        Assert.That(texts.Where(text => text.Length > 0).Distinct().Count(), Is.EqualTo(1));
        Assert.That(texts.Count(text => text.Length > 0), Is.GreaterThanOrEqualTo(3));
        Assert.That(_tiny.Folder().IsDone, Is.True);
    }

    [TestCase("step 1.1")]
    [TestCase("step 1.3")]
    [TestCase("step 2.2")]
    [TestCase("Val")]
    [TestCase("Test")]
    public void Who_finds_another_in_its_run_ends_and_has_written_nothing(string where)
    {
        var other = HandMadeLease.Elsewhere with { Owner = "job-7" };
        string[]? before = null;
        void TakeOver(string place)
        {
            if (place == where && before is null)
            {
                other.Write(_tiny.Folder());
                before = HandMadeLease.Files(_tiny.Folder());
            }
        }

        var loss = Assert.Throws<LeaseLostException>(() =>
            _tiny.Train(
                options: _tiny.Options(checkpointEvery: TimeSpan.Zero),
                observer: new WatchingObserver(batch => TakeOver($"step {batch.Epoch}.{batch.Batch}")),
                onRead: split => TakeOver($"{split}")
            )
        );

        Assert.That(
            loss.Message,
            Is.EqualTo(
                $"process 4711 on node3 (owner job-7) has taken over the run in {_tiny.Folder().Path}; "
                    + "this process has written nothing since"
            )
        );
        Assert.That(HandMadeLease.Files(_tiny.Folder()), Is.EqualTo(before));
    }

    // Between two checkpoints nothing asks but the beat. An epoch of this has 100 batches.
    [Test]
    public void A_beat_that_finds_another_in_the_run_ends_it_within_a_step()
    {
        var observer = new WatchingObserver(batch =>
        {
            if (batch.Batch == 2)
            {
                HandMadeLease.Elsewhere.Write(_tiny.Folder());
                Thread.Sleep(1000);
            }
        });

        Assert.That(
            () => _tiny.Train(["dataset.train=400"], WithBeats(milliseconds: 10), observer),
            Throws.InstanceOf<LeaseLostException>()
        );
        Assert.That(observer.Batches, Has.Count.EqualTo(2));
        Assert.That(Directory.Exists(Path.GetDirectoryName(_tiny.Folder().LastCheckpoint)), Is.False);
    }

    [Test]
    public void A_lease_that_is_removed_from_a_run_ends_it()
    {
        var observer = new WatchingObserver(_ => File.Delete(Lease));

        var loss = Assert.Throws<LeaseLostException>(() => _tiny.Train(observer: observer));

        Assert.That(
            loss.Message,
            Does.StartWith($"the run in {_tiny.Folder().Path} was taken over: its lease.json was removed, ")
        );
        Assert.That(File.Exists(Lease), Is.False);
    }

    [Test]
    public void A_run_that_is_moved_aside_takes_no_lease_along()
    {
        HandMadeLease.Here.Write(_tiny.Folder());
        _tiny.Train(options: _tiny.Options(restart: true));

        Assert.That(File.Exists(Lease), Is.False);
        Assert.That(Directory.GetFiles($"{_tiny.Folder().Path}.replaced-1"), Is.Empty);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Rights are other things there.")]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_cannot_be_written_is_one_sentence_and_stays_as_it_is()
    {
        if (Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("This user may write everywhere.");
        }

        _tiny.TrainUntilEpoch2();
        var (path, before) = (_tiny.Folder().Path, HandMadeLease.Files(_tiny.Folder()));
        var mode = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var failure = Assert.Throws<RunException>(() => _tiny.Train());

        File.SetUnixFileMode(path, mode);
        Assert.That(failure.Message, Does.StartWith("the run stopped: ").And.Contain("lease.json"));
        Assert.That(HandMadeLease.Files(_tiny.Folder()), Is.EqualTo(before));
    }

    string Lease => HandMadeLease.PathIn(_tiny.Folder());

    RunOptions WithBeats(int milliseconds) =>
        _tiny.Options() with
        {
            Beat = TimeSpan.FromMilliseconds(milliseconds),
        };

    int Beat() => JsonNode.Parse(File.ReadAllText(Lease))!["beat"]!.GetValue<int>();
}
