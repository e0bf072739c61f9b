using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>A checkpoint that cannot be used: what is said, and what the run goes on from.</summary>
public sealed class DamagedCheckpointTests
{
    [TestCase("text", "is no checkpoint")]
    [TestCase("empty", "cannot be read")]
    [TestCase("half", "is damaged")]
    [TestCase("one byte short", "is damaged")]
    [TestCase("one byte more", "is damaged")]
    [TestCase("flipped bit", "its numbers are not those that were written")]
    [TestCase("a block of zeros", "its numbers are not those that were written")]
    [TestCase("no format", "it was not written by etrnlp")]
    [TestCase("format 2", "it has format 2 and this etrnlp reads up to 1; use a newer etrnlp")]
    [TestCase("no progress", "its header has no 'progress'")]
    [TestCase("missing", "find")]
    public void What_cannot_be_used_is_refused_in_a_sentence(string damage, string reason)
    {
        using var made = new MadeCheckpoint();
        var path = made.Save();
        CheckpointDamage.Do(path, damage);

        var refusal = Assert.Throws<DataException>(() => Checkpoint.Load(path, made.Network, made.Optimizer, "it", 5));

        Assert.That(
            refusal.Message,
            Does.StartWith($"the checkpoint {path} cannot be used: ").And.Contain(reason).And.Not.Contains("\n")
        );
    }

    [TestCase("half")]
    [TestCase("flipped bit")]
    [TestCase("missing")]
    [Category("Slow")]
    public void A_damaged_last_one_falls_back_to_the_one_before_it_and_to_the_same_end(string damage)
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["name=whole"]);
        Stop(tiny, afterBatches: 4);
        CheckpointDamage.Do(tiny.Folder().LastCheckpoint, damage);
        File.WriteAllText(tiny.Folder().LastCheckpoint + ".tmp", "half a file");
        var observer = new WatchingObserver();

        tiny.Train(observer: observer);

        Assert.That(
            observer.Starts.Single(),
            Is.EqualTo(new RunStart("rival", 0, tiny.Folder().Path, 2, 3, FirstEpoch: 2, FirstBatch: 0))
        );
        Assert.That(
            observer.Messages.SingleOrDefault(),
            damage == "missing" ? Is.Null : Does.EndWith("the run goes on from the one before it")
        );
        Assert.That(File.Exists(tiny.Folder().DamagedCheckpoint), Is.EqualTo(damage != "missing"));
        Assert.That(
            PlainCheckpoint.Read(tiny.Folder().LastCheckpoint).Bits,
            Is.EqualTo(PlainCheckpoint.Read(tiny.Folder("whole").LastCheckpoint).Bits)
        );
        Assert.That(Directory.GetFiles(tiny.Folder().Path, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void Where_both_are_damaged_the_run_is_refused_and_nothing_is_deleted()
    {
        using var tiny = new TinyExperiment();
        Stop(tiny, afterBatches: 4);
        CheckpointDamage.Do(tiny.Folder().LastCheckpoint, "half");
        CheckpointDamage.Do(tiny.Folder().PreviousCheckpoint, "half");

        Assert.That(
            () => tiny.Train(),
            Throws
                .InstanceOf<DataException>()
                .With.Message.Contains(tiny.Folder().PreviousCheckpoint)
                .And.Message.Contains("begin anew beside it with --restart")
        );
        Assert.That(
            File.Exists(tiny.Folder().DamagedCheckpoint) && File.Exists(tiny.Folder().PreviousCheckpoint),
            Is.True
        );
    }

    [Test]
    public async Task A_best_checkpoint_of_another_epoch_is_not_the_best()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=4"]);
        var run = tiny.Folder();
        var best = CheckpointHeader.ReadFile(run.BestCheckpoint).Progress.Epoch;
        File.Copy(best == 4 ? run.PreviousCheckpoint : run.LastCheckpoint, run.BestCheckpoint, overwrite: true);

        var (code, _, error) = await Etrnlp.Run("eval", run.Path, "--device", "cpu");

        Assert.That((code, error), Is.EqualTo((2, error)));
        Assert.That(
            error,
            Does.Contain(
                $"{run.BestCheckpoint} cannot be used: "
                    + $"it is of epoch {(best == 4 ? 3 : 4)}, and the best one of the run is of epoch {best}"
            )
        );
        File.Delete(run.ResultPath);
        Assert.That(
            () => tiny.Train(["training.epochs=4"]),
            best == 4 // the last checkpoint then makes it anew
                ? Throws.Nothing
                : Throws
                    .InstanceOf<DataException>()
                    .With.Message.Contains($"the best of the run is that of epoch {best}")
                    .And.Message.Contains("--restart")
        );
        File.Delete(run.BestCheckpoint);
        Assert.That(
            () => tiny.Train(["training.epochs=4"]),
            best == 4 ? Throws.Nothing : Throws.InstanceOf<DataException>().With.Message.Contains("is missing")
        );
    }

    static void Stop(TinyExperiment tiny, int afterBatches)
    {
        using var request = new CancellationTokenSource();
        var count = 0;
        var observer = new WatchingObserver(_ =>
        {
            if (++count == afterBatches)
            {
                request.Cancel();
            }
        });
        Assert.That(
            () => tiny.Train(observer: observer, cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }
}
