using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Who has a run, where locks do not reach: the process that <c>lease.json</c> names.</summary>
public sealed class LeaseTests
{
    static readonly TimeSpan Ages = TimeSpan.FromHours(1); // a test does not wait for a beat of that

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

    // What a killed process left, and an earlier attempt of the same job on a machine that cannot be asked.
    [TestCase(null, "of this machine")]
    [TestCase("job-7", "of another machine")]
    public void A_run_goes_on_at_once_if_nobody_can_have_it_or_whoever_has_it_has_the_same_owner(
        string? owner,
        string lease
    )
    {
        _tiny.TrainUntilEpoch2();
        var left = lease == "of this machine" ? HandMadeLease.Here : HandMadeLease.Elsewhere;
        (left with { Owner = owner }).Write(_tiny.Folder());
        var observer = new WatchingObserver();

        _tiny.Train(options: _tiny.Options() with { Owner = owner, Beat = Ages }, observer: observer);

        Assert.That((_tiny.Folder().IsDone, observer.Starts.Single().FirstEpoch), Is.EqualTo((true, 2)));
        Assert.That(observer.Messages, Is.Empty);
    }

    // A third process of this machine would else take the run for one that was killed.
    [Test]
    public void The_lock_is_taken_as_soon_as_an_earlier_attempt_of_the_same_owner_leaves_it()
    {
        (HandMadeLease.Here with { Owner = "job-7" }).Write(_tiny.Folder());
        var earlier = RunLock.Take(_tiny.Folder());
        var observer = new WatchingObserver(_ =>
        {
            earlier.Dispose();
            Assert.That(() => RunLock.IsTaken(_tiny.Folder()), Is.True.After(10_000, 5));
        });

        _tiny.Train(options: WithBeats(milliseconds: 20) with { Owner = "job-7" }, observer: observer);

        Assert.That((_tiny.Folder().IsDone, RunLock.IsTaken(_tiny.Folder())), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_run_of_another_machine_that_stands_still_is_taken()
    {
        _tiny.TrainUntilEpoch2();
        (HandMadeLease.Elsewhere with { Owner = "job-7" }).Write(_tiny.Folder());
        var observer = new WatchingObserver();

        _tiny.Train(options: WithBeats(milliseconds: 200), observer: observer);

        Assert.That(_tiny.Folder().IsDone, Is.True);
        Assert.That(
            observer.Messages.Single(),
            Is.EqualTo(
                $"process 4711 on node3 (owner job-7) may still work in {_tiny.Folder().Path}; "
                    + "watching its lease for 0.5 s"
            )
        );
    }

    [TestCase(null)]
    [TestCase("job-8")]
    public void A_run_of_another_machine_that_shows_life_is_refused_with_who_has_it(string? owner)
    {
        var other = HandMadeLease.Elsewhere with { Owner = "job-7" };
        other.Write(_tiny.Folder());
        var options = _tiny.Options() with { Owner = owner, Beat = Ages };

        var refusal = Assert.Throws<RunException>(() =>
            _tiny.Train(options: options, observer: new WatchingObserver(onSaid: _ => other.Write(_tiny.Folder(), 1)))
        );

        Assert.That(
            refusal.Message,
            Is.EqualTo(
                $"process 4711 on node3 (owner job-7) is working in {_tiny.Folder().Path}; wait for it, or stop it"
            )
        );
        Assert.That(Directory.GetFiles(_tiny.Folder().Path), Is.EqualTo(new[] { Lease }));
    }

    [Test]
    public void A_baseline_that_another_machine_is_training_is_waited_for()
    {
        using var made = new TinyExperiment();
        made.Train(file: made.Base);
        _tiny.CopyBaseline(made);
        var folder = _tiny.Folder("base");
        File.Move(folder.ResultPath, $"{folder.ResultPath}.aside");
        HandMadeLease.Elsewhere.Write(folder);
        var observer = new WatchingObserver(onSaid: message =>
        {
            if (message.Contains("may still work in", StringComparison.Ordinal))
            {
                HandMadeLease.Elsewhere.Write(folder, beat: 1);
            }
            else if (message.Contains("waiting for its result", StringComparison.Ordinal))
            {
                File.Move($"{folder.ResultPath}.aside", folder.ResultPath);
            }
        });

        _tiny.Train([$"baseline={_tiny.Base}"], _tiny.Options() with { Beat = Ages }, observer);

        Assert.That(observer.Starts.Select(start => start.Name), Is.EqualTo(new[] { "rival" }));
        Assert.That(
            observer.Messages,
            Has.One.EqualTo(
                $"process 4711 on node3 is working in {folder.Path}; "
                    + "waiting for its result, with --no-wait this is refused"
            )
        );
    }

    // Nobody knows of whom it is. Who lives mends it at the next beat, so that it is watched like another machine's.
    [Test]
    public void A_damaged_lease_costs_a_moment_and_no_run()
    {
        Directory.CreateDirectory(_tiny.Folder().Path);
        File.WriteAllText(Lease, "");

        _tiny.Train(["training.epochs=1"], WithBeats(milliseconds: 20));

        Assert.That((_tiny.Folder().IsDone, File.Exists(Lease)), Is.EqualTo((true, false)));
    }

    [TestCase("{")]
    [TestCase("[1]")]
    [TestCase("null")]
    [TestCase("{\"token\": \"x\"}")]
    [TestCase("{\"token\": null, \"owner\": null, \"machine\": \"a\", \"boot\": null, \"process\": 1, \"beat\": 0}")]
    [TestCase("{\"token\": \"x\", \"owner\": 1, \"machine\": \"a\", \"boot\": null, \"process\": 1, \"beat\": 0}")]
    public void A_text_that_is_no_lease_is_damage(string text)
    {
        Directory.CreateDirectory(_tiny.Folder().Path);
        File.WriteAllText(Lease, text);

        Assert.That(FoundLease.In(_tiny.Folder()), Is.EqualTo(new FoundLease(text, null)));
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

    [TestCase("node3", 0, "Running")]
    [TestCase("node3", 3, "Interrupted")]
    [TestCase("this", 0, "Interrupted")]
    public void A_run_of_another_machine_counts_as_running_while_its_lease_is_fresh(
        string machine,
        int minutes,
        string state
    )
    {
        _tiny.TrainUntilEpoch2();
        (machine == "this" ? HandMadeLease.Here : HandMadeLease.Elsewhere).Write(_tiny.Folder());
        File.SetLastWriteTimeUtc(Lease, DateTime.UtcNow.AddMinutes(-minutes));

        Assert.That(RunStatus.Below(_tiny.Runs).Single().State.ToString(), Is.EqualTo(state));
        Assert.That(RunLease.IsTaken(_tiny.Folder()), Is.EqualTo(state == "Running"));
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
