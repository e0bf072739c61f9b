using EtrNlp.Core.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Whatever stops a run, the same command continues it to the bits of a run that was never stopped.</summary>
[Category("Slow")]
public sealed class InterruptionTests
{
    static readonly TimeSpan _everyStep = TimeSpan.Zero;
    static readonly TimeSpan _everyEpoch = TimeSpan.FromHours(1);

    TinyExperiment _reference = null!;

    // Where to stop, and how often checkpoints are made inside an epoch. A crash loses what was not saved, a request
    // saves.
    static IEnumerable<TestCaseData> Interruptions()
    {
        foreach (var (name, every) in new[] { ("every step", _everyStep), ("every epoch", _everyEpoch) })
        {
            foreach (var stop in new[] { "crash", "request" })
            {
                foreach (var (epoch, batch) in new[] { (1, 1), (1, 3), (2, 2) })
                {
                    yield return new TestCaseData(every, stop, $"step {epoch}.{batch}").SetName(
                        $"{{m}}({stop} at epoch {epoch} batch {batch}, saving {name})"
                    );
                }

                yield return new TestCaseData(every, stop, "Val").SetName(
                    $"{{m}}({stop} in validation, saving {name})"
                );
                yield return new TestCaseData(every, stop, "Test").SetName(
                    $"{{m}}({stop} in the last evaluation, saving {name})"
                );
            }
        }
    }

    [OneTimeSetUp]
    public void TrainWithoutInterruption()
    {
        _reference = new TinyExperiment();
        _reference.Train([$"baseline={_reference.Base}"]);
    }

    [OneTimeTearDown]
    public void Forget() => _reference.Dispose();

    [TestCaseSource(nameof(Interruptions))]
    public void A_stopped_run_continues_to_the_same_bits(TimeSpan every, string stop, string where)
    {
        using var tiny = new TinyExperiment();
        using var request = new CancellationTokenSource();
        string[] overrides = [$"baseline={tiny.Base}"];
        var options = tiny.Options(checkpointEvery: every);
        tiny.CopyBaseline(_reference);

        void StopAt(string place)
        {
            if (place == where && stop == "crash")
            {
                throw new CrashException();
            }

            if (place == where)
            {
                request.Cancel();
            }
        }

        var interrupted = new WatchingObserver(batch => StopAt($"step {batch.Epoch}.{batch.Batch}"));
        Assert.That(
            () => tiny.Train(overrides, options, interrupted, split => StopAt($"{split}"), cancellation: request.Token),
            stop == "crash" ? Throws.InstanceOf<CrashException>() : Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(tiny.Folder().IsDone, Is.False);

        var continued = new WatchingObserver();
        tiny.Train(overrides, options, continued);

        RunState.Of(tiny.Folder()).AssertEquals(RunState.Of(_reference.Folder()));
        var twice =
            stop == "request" ? 0
            : where == "Test" || (where == "Val" && every == _everyStep) ? 0
            : every == _everyStep ? 1
            : -1;
        Assert.That(
            twice < 0 || interrupted.Batches.Count + continued.Batches.Count == 6 + twice,
            Is.True,
            "2 epochs of 3 steps; only the unsaved one is repeated"
        );
    }

    [Test]
    public void A_baseline_stopped_on_the_way_is_finished_first()
    {
        using var tiny = new TinyExperiment();
        string[] overrides = [$"baseline={tiny.Base}"];
        var options = tiny.Options(checkpointEvery: _everyStep);

        Assert.That(
            () => tiny.Train(overrides, options, new WatchingObserver(batch => Crash(batch, 2, 2))),
            Throws.InstanceOf<CrashException>()
        );
        Assert.That(tiny.Folder("base").IsDone, Is.False);
        tiny.Train(overrides, options);

        RunState.Of(tiny.Folder("base")).AssertEquals(RunState.Of(_reference.Folder("base")));
        RunState.Of(tiny.Folder()).AssertEquals(RunState.Of(_reference.Folder()));
    }

    [Test]
    public void A_run_stopped_at_every_single_step_comes_to_the_same_end()
    {
        using var tiny = new TinyExperiment();
        tiny.CopyBaseline(_reference);
        var stops = 0;
        for (var done = false; !done;)
        {
            using var request = new CancellationTokenSource();
            try
            {
                tiny.Train(
                    [$"baseline={tiny.Base}"],
                    observer: new WatchingObserver(_ => request.Cancel()),
                    cancellation: request.Token
                );
                done = true;
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        Assert.That(stops, Is.EqualTo(6));
        RunState.Of(tiny.Folder()).AssertEquals(RunState.Of(_reference.Folder()));
    }

    // 9 images in batches of 4: the last batch would be a single image and is left out, so that an epoch has 8.
    [Test]
    public void Loss_means_are_over_the_images_that_were_trained_on_across_an_interruption()
    {
        using var tiny = new TinyExperiment();
        string[] overrides = ["dataset.train=9", "training.epochs=1"];
        var whole = new WatchingObserver();
        tiny.Train([.. overrides, "name=whole"], observer: whole);
        Assert.That(
            () =>
                tiny.Train(
                    overrides,
                    tiny.Options(checkpointEvery: _everyStep),
                    new WatchingObserver(batch => Crash(batch, 1, 2))
                ),
            Throws.InstanceOf<CrashException>()
        );
        tiny.Train(overrides);

        Assert.That(whole.Batches, Has.Count.EqualTo(2));
        Assert.That(
            File.ReadAllText(tiny.Folder().MetricsPath),
            Is.EqualTo(File.ReadAllText(tiny.Folder("whole").MetricsPath))
        );
        Assert.That(
            File.ReadAllLines(tiny.Folder().MetricsPath)[1],
            Is.EqualTo(FormattableString.Invariant($"1,train,ground,,loss,{whole.Batches[1].Losses[0].Loss}"))
        );
    }

    // The baseline is the same every time; only one test is about how it is trained.
    static void Crash(TrainedBatch at, int epoch, int batch)
    {
        if (at.Epoch == epoch && at.Batch == batch)
        {
            throw new CrashException();
        }
    }
}
