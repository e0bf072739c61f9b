using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>
/// How many routes a batch that meets all of them under the same weights is carried through at the same time.
/// </summary>
/// <param name="Members">On so many threads.</param>
/// <param name="SideBySide">On each of them so many in one pass, side by side in the batch.</param>
public readonly record struct RoutesAtOnce(int Members, int SideBySide)
{
    // of features in a pass, above which a processor is faster with one route after the other
    const long BytesSideBySide = 24 << 20;

    /// <summary>One route at a time.</summary>
    public static RoutesAtOnce One { get; } = new(1, 1);

    /// <summary>
    /// As many as have features of at most so many bytes: on a GPU side by side, on the CPU first of all on different
    /// threads, of which no more than get the work done as soon.
    /// </summary>
    public static RoutesAtOnce Of(NetworkPlan plan, int batchSize, long bytes, DeviceType device, int threads)
    {
        var routes = plan.RoutesAtOnce(batchSize, bytes);
        if (device != DeviceType.CPU)
        {
            return new RoutesAtOnce(1, routes);
        }

        var rounds = Ceiling(plan.Routes, Math.Min(threads, routes));
        var members = Ceiling(plan.Routes, rounds);
        var most = Math.Min(plan.RoutesAtOnce(batchSize, BytesSideBySide), Math.Max(1, routes / members));
        return new RoutesAtOnce(members, Ceiling(rounds, Ceiling(rounds, most)));
    }

    static int Ceiling(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
