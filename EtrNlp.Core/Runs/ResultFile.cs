using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>Puts together <c>result.json</c>: fractions, finite numbers, null for what has no value.</summary>
public static class ResultFile
{
    /// <summary>
    /// Keys that tell of time and memory: all that may differ between two results of the same file, seed, threads and
    /// kind of machine.
    /// </summary>
    public static ImmutableArray<string> MeasuredKeys { get; } =
    [ResultKeys.Seconds, ResultKeys.ImagesPerSecond, ResultKeys.PeakMemory];

    /// <summary>The result of a run that has trained its last epoch.</summary>
    public static RunResult Create(
        PreparedExperiment bench,
        RunFolder folder,
        string identity,
        int seed,
        Evaluation evaluation,
        RunProgress progress,
        int reportedEpoch,
        IReadOnlyList<RunResult> baseline
    )
    {
        var json = Evaluated(bench, identity, seed, evaluation, Reported(progress, reportedEpoch));
        json[ResultKeys.Epochs] = progress.Epoch;
        json[ResultKeys.Device] = bench.Device.ToString();
        JsonNode?[] measured = [progress.Seconds, Finite(progress.Images / progress.Seconds), progress.PeakMemory];
        foreach (var (key, value) in MeasuredKeys.Zip(measured))
        {
            json[key] = value;
        }

        return new RunResult(folder.ResultPath, json).ComparedWith(baseline);
    }

    /// <summary>What one checkpoint scores on one split: a result without what training alone knows.</summary>
    public static JsonObject Evaluated(
        PreparedExperiment bench,
        string identity,
        int seed,
        Evaluation evaluation,
        JsonObject checkpoint
    )
    {
        var json = new JsonObject
        {
            [ResultKeys.Format] = RunResult.Format,
            [ResultKeys.Name] = bench.File.Experiment.Name,
            [ResultKeys.Seed] = seed,
            [ResultKeys.Identity] = identity,
            [ResultKeys.Split] = Values.SnakeCase(evaluation.Split),
            [ResultKeys.Checkpoint] = checkpoint,
            [ResultKeys.Data] = bench.Dataset.Digest.ToJson(),
            [ResultKeys.ImageSize] = bench.File.Experiment.Dataset.Size.ToString(),
            [ResultKeys.Precision] = Values.SnakeCase(bench.File.Experiment.Training.Precision),
            [ResultKeys.Augment] = bench.Circumstances.Augment,
            [ResultKeys.PosWeight] = bench.Circumstances.PosWeight,
            [ResultKeys.Update] = Values.SnakeCase(bench.File.Experiment.Update),
            [ResultKeys.Tasks] = PerTask(evaluation, task => task.Values.Where(value => value.Part.Length == 0)),
            [ResultKeys.Mean] = new JsonObject(evaluation.KeyedMeans.Select(mean => Pair(mean.Key, mean.Value))),
            [ResultKeys.BestConstant] = PerTask(evaluation, task => task.BestConstant),
            [ResultKeys.Loss] = new JsonObject(evaluation.Tasks.Select(task => Pair(task.Task, task.Loss))),
            [ResultKeys.Parts] = new JsonObject(
                evaluation.Tasks.Select(task => KeyValuePair.Create(task.Task, (JsonNode?)Parts(task)))
            ),
            [ResultKeys.Compared] = new JsonArray([.. evaluation.ForDeltaP.Select(Compared)]),
            [ResultKeys.DeltaP] = null,
        };
        foreach (var (key, value) in Counts(bench.Plan))
        {
            json[key] = value?.DeepClone();
        }

        return json;
    }

    /// <summary>#P, #F and the norm mode of a network, under the keys that results and <c>profile</c> share.</summary>
    public static JsonObject Counts(NetworkPlan plan) =>
        new()
        {
            [ResultKeys.Parameters] = new JsonObject
            {
                [ResultKeys.ActiveParameters] = plan.ActiveParameters,
                [ResultKeys.TotalParameters] = plan.TotalParameters,
            },
            [ResultKeys.Macs] = plan.Macs,
            [ResultKeys.Norm] = plan.NormMode,
        };

    /// <summary>How a result names the checkpoint its numbers are of.</summary>
    public static JsonObject OneCheckpoint(string kind, int epoch) =>
        new() { [ResultKeys.CheckpointKind] = kind, [ResultKeys.CheckpointEpoch] = epoch };

    static JsonObject Reported(RunProgress progress, int epoch) =>
        progress.Evaluations.Length > 0
            ? new()
            {
                [ResultKeys.CheckpointKind] = "mean_of_last",
                [ResultKeys.CheckpointEpoch] = epoch,
                [ResultKeys.CheckpointEvaluations] = progress.Evaluations.Length,
            }
            : OneCheckpoint(progress.BestEpoch > 0 ? "best" : "last", epoch);

    static JsonObject PerTask(Evaluation evaluation, Func<TaskScores, IEnumerable<MetricValue>> values) =>
        new(
            evaluation.Tasks.Select(task =>
                KeyValuePair.Create(
                    task.Task,
                    (JsonNode?)new JsonObject(values(task).Select(value => Pair(value.Name, value.Value)))
                )
            )
        );

    static JsonObject Parts(TaskScores task) =>
        new(
            task.Values.Where(value => value.Part.Length > 0)
                .GroupBy(value => value.Part)
                .Select(part =>
                    KeyValuePair.Create(
                        part.Key,
                        (JsonNode?)new JsonObject(part.Select(value => Pair(value.Name, value.Value)))
                    )
                )
        );

    static JsonObject Compared(GroupMetric metric) =>
        new()
        {
            [ResultKeys.ComparedGroup] = metric.Group,
            [ResultKeys.ComparedMetric] = metric.Name,
            [ResultKeys.ComparedHigherIsBetter] = metric.HigherIsBetter,
            [ResultKeys.ComparedValue] = Finite(metric.Value),
        };

    static KeyValuePair<string, JsonNode?> Pair(string key, double? value) => KeyValuePair.Create(key, Finite(value));

    static JsonNode? Finite(double? value) =>
        value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;
}
