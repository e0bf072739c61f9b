using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>How many lanes a batch that meets all of them under the same weights is carried through at the same time.</summary>
/// <param name="Members">On so many threads.</param>
/// <param name="SideBySide">On each of them so many in one pass, side by side in the batch.</param>
public readonly record struct LanesAtOnce(int Members, int SideBySide)
{
    const long BytesSideBySide = 24 << 20; // of features in a pass, above which a processor is faster with one lane after the other

    /// <summary>One lane at a time.</summary>
    public static LanesAtOnce One { get; } = new(1, 1);

    /// <summary>
    /// As many as have features of at most so many bytes: on a GPU side by side, on the CPU first of all on different threads, of which no more
    /// than get the work done as soon.
    /// </summary>
    public static LanesAtOnce Of(NetworkPlan plan, int batchSize, long bytes, DeviceType device, int threads)
    {
        var lanes = plan.LanesAtOnce(batchSize, bytes);
        if (device != DeviceType.CPU)
        {
            return new LanesAtOnce(1, lanes);
        }

        var rounds = Ceiling(plan.Lanes, Math.Min(threads, lanes));
        var members = Ceiling(plan.Lanes, rounds);
        var most = Math.Min(plan.LanesAtOnce(batchSize, BytesSideBySide), Math.Max(1, lanes / members));
        return new LanesAtOnce(members, Ceiling(rounds, Ceiling(rounds, most)));
    }

    static int Ceiling(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
