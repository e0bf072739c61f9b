using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;

namespace EtrNlp.Tests.Runs;

/// <summary>Remembers what a run said and calls back at its steps.</summary>
sealed class WatchingObserver(
    Action<TrainedBatch>? onTrained = null,
    Action<int>? onEvaluated = null,
    Action<string>? onSaid = null
) : IRunObserver
{
    public List<string> Messages { get; } = [];

    public List<RunStart> Starts { get; } = [];

    public List<TrainedBatch> Batches { get; } = [];

    public List<RunResult> Results { get; } = [];

    public void Started(RunStart start) => Starts.Add(start);

    public void Said(string message)
    {
        Messages.Add(message);
        onSaid?.Invoke(message);
    }

    public void Trained(TrainedBatch batch)
    {
        Batches.Add(batch);
        onTrained?.Invoke(batch);
    }

    public void Evaluated(int epoch, Evaluation evaluation) => onEvaluated?.Invoke(epoch);

    public void Finished(RunResult result) => Results.Add(result);
}
