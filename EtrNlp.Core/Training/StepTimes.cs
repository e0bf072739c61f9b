using System.Diagnostics;

namespace EtrNlp.Core.Training;

/// <summary>
/// Where the time of a training step goes, in seconds. On a GPU <paramref name="synchronize"/> waits for it at every
/// mark, so that each part is charged its own work. If several threads carry routes, those of the first one count, and
/// waiting for the others is backward.
/// </summary>
public sealed class StepTimes(Action synchronize)
{
    long _last = Stopwatch.GetTimestamp();

    /// <summary>Waiting for the batch.</summary>
    public double Data { get; private set; }

    /// <summary>Forward passes and losses.</summary>
    public double Forward { get; private set; }

    /// <summary>Backward passes, with what is passed forward again for them.</summary>
    public double Backward { get; private set; }

    /// <summary>Steps of the optimizer.</summary>
    public double Optimizer { get; private set; }

    internal void EndData() => Data += Lap();

    internal void EndForward() => Forward += Lap();

    internal void EndBackward() => Backward += Lap();

    internal void EndOptimizer() => Optimizer += Lap();

    double Lap()
    {
        synchronize();
        var now = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        return seconds;
    }
}
