using System.Diagnostics;
using EtrNlp.Core.Training;

namespace EtrNlp.Core.Profiling;

/// <summary>How fast training could be fed, if it took no time itself.</summary>
/// <param name="Samples">Images that were read, with their labels, into batches of floats.</param>
/// <param name="Seconds">The time that took.</param>
/// <param name="SamplesPerSecond">Their ratio.</param>
/// <param name="PixelBytesPerSecond">Bytes of pixels, as they are kept, that were read in a second.</param>
public sealed record FeedBenchmarkResult(
    long Samples,
    double Seconds,
    double SamplesPerSecond,
    double PixelBytesPerSecond
);

/// <summary>Times the reading of training batches, shuffled and augmented as in training.</summary>
public static class FeedBenchmark
{
    /// <summary>Reads one epoch untimed, so that files are in memory and checked, then epochs for some time.</summary>
    public static FeedBenchmarkResult Run(BatchStream batches, long seed, TimeSpan least)
    {
        var (epoch, samples, pixels) = (0, 0L, 0L);
        ReadEpoch();
        (samples, pixels) = (0, 0);
        var clock = Stopwatch.StartNew();
        do
        {
            ReadEpoch();
        } while (clock.Elapsed < least);

        var seconds = clock.Elapsed.TotalSeconds;
        return new FeedBenchmarkResult(samples, seconds, samples / seconds, pixels / seconds);

        void ReadEpoch()
        {
            foreach (var batch in batches.Training(seed, ++epoch))
            {
                samples += batch.Count;
                pixels += batch.Images.numel();
            }
        }
    }
}
