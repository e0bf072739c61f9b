using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>From whom a run may be taken, where locks do not reach: the process that its lease names.</summary>
public sealed class LeaseTakingTests
{
    static readonly TimeSpan Ages = TimeSpan.FromHours(1); // a test does not wait for a beat of that

    TinyExperiment _tiny = null!;

    [SetUp]
    public void Make() => _tiny = new TinyExperiment();

    [TearDown]
    public void Forget() => _tiny.Dispose();

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
    public void The_lock_is_taken_at_the_next_checkpoint_if_that_comes_before_a_beat()
    {
        (HandMadeLease.Here with { Owner = "job-7" }).Write(_tiny.Folder());
        var (earlier, taken) = (RunLock.Take(_tiny.Folder()), new List<bool>());
        var observer = new WatchingObserver(_ =>
        {
            earlier.Dispose();
            taken.Add(RunLock.IsTaken(_tiny.Folder()));
        });
        var options = _tiny.Options(checkpointEvery: TimeSpan.Zero) with { Owner = "job-7", Beat = Ages };

        _tiny.Train(["training.epochs=1"], options, observer);

        Assert.That(taken, Is.EqualTo(new[] { false, true, true }));
    }

    // Locks reach the other machine here, and its kernel died with one.
    [Test]
    public void A_lock_that_a_dead_machine_left_keeps_nobody_off_a_run_whose_lease_stands_still()
    {
        _tiny.TrainUntilEpoch2();
        HandMadeLease.Elsewhere.Write(_tiny.Folder());
        File.SetLastWriteTimeUtc(Lease, DateTime.UtcNow.AddMinutes(-3));
        using var left = RunLock.Take(_tiny.Folder());
        Assert.That(RunLease.IsTaken(_tiny.Folder()), Is.False);

        _tiny.Train(options: WithBeats(milliseconds: 20));

        Assert.That(_tiny.Folder().IsDone, Is.True);
    }

    [Test]
    public void A_lock_that_was_taken_since_a_lease_of_another_machine_stands_still_is_of_one_who_lives()
    {
        HandMadeLease.Elsewhere.Write(_tiny.Folder());
        var (lease, watch) = (FoundLease.In(_tiny.Folder()), new LeaseWatch(null, TimeSpan.FromMilliseconds(100)));
        Assert.That(watch.Frees(lease, hasLock: true), Is.False);
        Thread.Sleep(200);

        Assert.That((watch.Frees(lease, hasLock: false), watch.SeesNobody), Is.EqualTo((false, true)));
        Assert.That(watch.Frees(lease, hasLock: true), Is.True);
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

    string Lease => HandMadeLease.PathIn(_tiny.Folder());

    RunOptions WithBeats(int milliseconds) =>
        _tiny.Options() with
        {
            Beat = TimeSpan.FromMilliseconds(milliseconds),
        };
}
