using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Display;

/// <summary>
/// How long a run will still take, from the time its batches have taken since it was started here, evaluations
/// included.
/// </summary>
sealed class Pace(RunStart start, TimeProvider time)
{
    readonly long _began = time.GetTimestamp();

    /// <summary>The time since it was started here.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>The time left, or null before the first batch.</summary>
    public TimeSpan? Left(TrainedBatch at)
    {
        var done = Batches(at.Epoch, at.Batch) - Batches(start.FirstEpoch, start.FirstBatch);
        var left = ((long)start.Epochs * start.Batches) - Batches(at.Epoch, at.Batch);
        return done <= 0 ? null : Elapsed * ((double)left / done);
    }

    long Batches(int epoch, int batch) => ((epoch - 1L) * start.Batches) + batch;
}
