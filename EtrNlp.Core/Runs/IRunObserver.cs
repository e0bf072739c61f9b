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
public sealed record RunStart(
    string Name,
    int Seed,
    string Folder,
    int Epochs,
    int Batches,
    int FirstEpoch,
    int FirstBatch
);

/// <summary>
/// Where training stands: epoch from 1, batches done of it, images per second, mean losses of the epoch so far, none of
/// them before they are fetched from a GPU.
/// </summary>
public sealed record TrainedBatch(
    int Epoch,
    int Batch,
    int Batches,
    double ImagesPerSecond,
    IReadOnlyList<(string Task, double Loss)> Losses
);
