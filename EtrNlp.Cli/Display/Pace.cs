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

    /// <summary>12 s, 3 min, 1:05 h or 2 d 3 h: as exact as an estimate is worth.</summary>
    public static string Text(TimeSpan? span) =>
        span switch
        {
            null => "?",
            { TotalSeconds: < 99.5 } some => FormattableString.Invariant($"{some.TotalSeconds:F0} s"),
            { TotalMinutes: < 59.5 } some => FormattableString.Invariant($"{some.TotalMinutes:F0} min"),
            { TotalHours: < 24 } some => FormattableString.Invariant($"{(int)some.TotalHours}:{some.Minutes:D2} h"),
            { } some => FormattableString.Invariant($"{some.Days} d {some.Hours} h"),
        };

    long Batches(int epoch, int batch) => ((epoch - 1L) * start.Batches) + batch;
}
