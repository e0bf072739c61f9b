using System.Collections.Immutable;
using EtrNlp.Core.Metrics;

namespace EtrNlp.Core.Runs;

/// <summary>How far a run is, as a checkpoint saves it. The order of images and every draw follow from seed and epoch, so this is all.</summary>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="Batch">Batches done of the epoch after those.</param>
/// <param name="LossSums">Sums of each task's loss over those batches, weighted by images.</param>
/// <param name="MetricsLength">Bytes of <c>metrics.csv</c> that belong to the checkpoint; a continued run cuts off what comes after.</param>
/// <param name="BestEpoch">Epoch of the best checkpoint; 0 for none.</param>
/// <param name="BestScore">Its validation score.</param>
/// <param name="Seconds">Seconds of training so far; evaluation and saving not counted.</param>
/// <param name="Images">Images trained on so far, each once for all tasks.</param>
/// <param name="PeakMemory">Largest resident memory so far, in bytes.</param>
public sealed record RunProgress(
    int Epoch, int Batch, ImmutableArray<double> LossSums, long MetricsLength, int BestEpoch, double? BestScore, double Seconds, long Images, long PeakMemory)
{
    /// <summary>The last evaluations of the reported split, oldest first, where their mean is what is reported.</summary>
    public ImmutableArray<Evaluation> Evaluations { get; init; } = [];

    /// <summary>Where that is, for people.</summary>
    internal string Where => Batch == 0 ? $"epoch {Epoch}" : $"epoch {Epoch + 1}, batch {Batch}";

    /// <summary>Before the first step.</summary>
    public static RunProgress Start(int tasks) => new(0, 0, [.. new double[tasks]], 0, 0, null, 0, 0, 0);
}
