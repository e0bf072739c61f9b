using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;
using Serilog;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Writes what matters of a run to its log and passes everything on, if the guard lets it: others write of a run as
/// well, when an epoch begins and when it ends.
/// </summary>
sealed class LoggingObserver(IRunObserver inner, ILogger log, Action guard) : IRunObserver
{
    public void Started(RunStart start)
    {
        guard();
        log.Information(
            "epochs {First} to {Last}, {Batches} batches each, from batch {Batch}",
            start.FirstEpoch,
            start.Epochs,
            start.Batches,
            start.FirstBatch
        );
        inner.Started(start);
    }

    public void Said(string message)
    {
        guard();
        log.Information("{Message:l}", message);
        inner.Said(message);
    }

    public void Trained(TrainedBatch batch)
    {
        if (batch.Batch == 1 || batch.Batch == batch.Batches)
        {
            guard();
        }

        if (batch.Batch == batch.Batches)
        {
            log.Information(
                "epoch {Epoch}: losses {Losses:l}, {Rate:F1} images/s",
                batch.Epoch,
                Listed(batch.Losses),
                batch.ImagesPerSecond
            );
        }

        inner.Trained(batch);
    }

    public void Evaluated(int epoch, Evaluation evaluation)
    {
        guard();
        log.Information(
            "epoch {Epoch}: {Split:l} {Means:l}",
            epoch,
            Values.SnakeCase(evaluation.Split),
            Listed(evaluation.KeyedMeans)
        );
        inner.Evaluated(epoch, evaluation);
    }

    public void Finished(RunResult result) => inner.Finished(result);

    static string Listed<T>(IEnumerable<(string Name, T Value)> values) =>
        string.Join(", ", values.Select(one => FormattableString.Invariant($"{one.Name} {one.Value:F4}")));
}
