using System.Collections.Immutable;
using EtrNlp.Core.Metrics;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// How far a run is, as a checkpoint saves it. The order of images and every draw follow from seed and epoch, so this
/// is all.
/// </summary>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="Batch">Batches done of the epoch after those.</param>
/// <param name="LossSums">Sums of each task's loss over those batches, weighted by images.</param>
/// <param name="MetricsLength">
/// Bytes of <c>metrics.csv</c> that belong to the checkpoint; a continued run cuts off what comes after.
/// </param>
/// <param name="BestEpoch">Epoch of the best checkpoint; 0 for none.</param>
/// <param name="BestScore">Its validation score.</param>
/// <param name="Seconds">Seconds of training so far; evaluation and saving not counted.</param>
/// <param name="Images">Images trained on so far, each once for all tasks.</param>
/// <param name="PeakMemory">Largest resident memory so far, in bytes.</param>
public sealed record RunProgress(
    int Epoch,
    int Batch,
    ImmutableArray<double> LossSums,
    long MetricsLength,
    int BestEpoch,
    double? BestScore,
    double Seconds,
    long Images,
    long PeakMemory
)
{
    /// <summary>
    /// The last evaluations of the reported split, oldest first, where their mean is what is reported.
    /// </summary>
    public ImmutableArray<Evaluation> Evaluations { get; init; } = [];

    /// <summary>
    /// Sums of each task's weight over the epoch's batches so far; empty where weights do not change, or where the
    /// epoch was begun by a version that did not record them.
    /// </summary>
    public ImmutableArray<double> WeightSums { get; init; } = [];

    /// <summary>True right after the epoch that is the best so far.</summary>
    internal bool IsBest => Batch == 0 && BestEpoch > 0 && BestEpoch == Epoch;

    /// <summary>Where that is, for people.</summary>
    internal string Where => Batch == 0 ? $"epoch {Epoch}" : $"epoch {Epoch + 1}, batch {Batch}";

    /// <summary>What no run can have come to, whatever its experiment; null if there is no such thing.</summary>
    internal string? Contradiction
    {
        get
        {
            (bool Holds, FormattableString Shown)[] rules =
            [
                (Epoch >= 0, $"{Epoch} epochs"),
                (Batch >= 0, $"{Batch} batches"),
                (MetricsLength >= 0, $"{MetricsLength} bytes of metrics"),
                (BestEpoch >= 0 && BestEpoch <= Epoch, $"epoch {BestEpoch} as the best of {Epoch}"),
                (
                    BestScore is null == (BestEpoch == 0) && double.IsFinite(BestScore ?? 0),
                    $"the score {BestScore} of epoch {BestEpoch}"
                ),
                (double.IsFinite(Seconds) && Seconds >= 0, $"{Seconds} seconds"),
                (Images >= 0, $"{Images} images"),
                (PeakMemory >= 0, $"{PeakMemory} bytes of memory"),
                (!LossSums.IsDefault && LossSums.All(double.IsFinite), $"losses that are no numbers"),
                (!WeightSums.IsDefault && WeightSums.All(double.IsFinite), $"weights that are no numbers"),
                (!Evaluations.IsDefault && Evaluations.All(evaluation => evaluation is not null), $"no evaluations"),
            ];
            return rules
                .Where(rule => !rule.Holds)
                .Select(rule => FormattableString.Invariant(rule.Shown))
                .FirstOrDefault();
        }
    }

    /// <summary>After the last step of an epoch, with so many bytes of metrics.</summary>
    public RunProgress WithEpoch(long metricsLength) =>
        this with
        {
            Epoch = Epoch + 1,
            Batch = 0,
            LossSums = [.. new double[LossSums.Length]],
            WeightSums = [],
            MetricsLength = metricsLength,
        };

    /// <summary>Before the first step.</summary>
    public static RunProgress Start(int tasks) => new(0, 0, [.. new double[tasks]], 0, 0, null, 0, 0, 0);
}
