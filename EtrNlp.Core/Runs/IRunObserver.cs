using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;

namespace EtrNlp.Core.Runs;

/// <summary>Follows runs while they go on: what a progress display needs.</summary>
public interface IRunObserver
{
    /// <summary>A run begins or goes on.</summary>
    void Started(RunStart start);

    /// <summary>Something worth a line.</summary>
    void Said(string message);

    /// <summary>A batch was trained.</summary>
    void Trained(TrainedBatch batch);

    /// <summary>An epoch was evaluated.</summary>
    void Evaluated(int epoch, Evaluation evaluation);

    /// <summary>A run is done, now or before.</summary>
    void Finished(RunResult result);
}

/// <summary>What a run is going to do.</summary>
/// <param name="Name">The experiment's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Epochs">Epochs of the whole training.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="FirstEpoch">The epoch it begins in, from 1.</param>
/// <param name="FirstBatch">Batches of that epoch that are done already.</param>
public sealed record RunStart(
    string Name,
    int Seed,
    string Folder,
    int Epochs,
    int Batches,
    int FirstEpoch,
    int FirstBatch
);

/// <summary>Where training stands after a batch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Batch">Batches of the epoch that are done.</param>
/// <param name="Batches">Batches of the epoch.</param>
/// <param name="ImagesPerSecond">Of the whole run.</param>
/// <param name="Losses">Means over the epoch so far; none before they are fetched from a GPU.</param>
public sealed record TrainedBatch(
    int Epoch,
    int Batch,
    int Batches,
    double ImagesPerSecond,
    IReadOnlyList<(string Task, double Loss)> Losses
);
