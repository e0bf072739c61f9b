using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;

namespace EtrNlp.Core.Results;

/// <summary>A finished run's <c>result.json</c>: its numbers as written, and those that runs are compared by.</summary>
public sealed record RunResult(string Path, JsonObject Json)
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>The newest format this program reads.</summary>
    public const int Format = 1;

    /// <summary>The experiment's name.</summary>
    public string Name => At(ResultKeys.Name).GetValue<string>();

    /// <summary>The seed.</summary>
    public int Seed => At(ResultKeys.Seed).GetValue<int>();

    /// <summary>Hash of the experiment and its data.</summary>
    public string Identity => At(ResultKeys.Identity).GetValue<string>();

    /// <summary>
    /// The checkpoint the numbers are of: best, last, or the mean of the last evaluations, and its epoch; null if it
    /// does not say.
    /// </summary>
    public (string Kind, int Epoch)? Checkpoint =>
        Json[ResultKeys.Checkpoint] is { } node
            ? (
                At(node, ResultKeys.CheckpointKind).GetValue<string>(),
                At(node, ResultKeys.CheckpointEpoch).GetValue<int>()
            )
            : null;

    /// <summary>The split the numbers are of.</summary>
    public string Split => At(ResultKeys.Split).GetValue<string>();

    /// <summary>The name of the baseline that delta_p is against; null where there is none.</summary>
    public string? BaselineName => Json[ResultKeys.DeltaP]?[ResultKeys.DeltaPBaseline]?.GetValue<string>();

    /// <summary>delta_p as the mean over groups, against the run's own baseline; null where there is none.</summary>
    public double? DeltaPTaskMean => Json[ResultKeys.DeltaP]?[ResultKeys.TaskMean]?.GetValue<double>();

    /// <summary>How norms are owned.</summary>
    public string Norm => At(ResultKeys.Norm).GetValue<string>();

    /// <summary>Every metric of every task, in the order of the experiment.</summary>
    public ImmutableArray<(string Task, string Metric, double? Value)> Tasks => PerTask(ResultKeys.Tasks);

    /// <summary>What the best constant prediction scores on the same labels.</summary>
    public ImmutableArray<(string Task, string Metric, double? Value)> BestConstants =>
        PerTask(ResultKeys.BestConstant);

    /// <summary>Means over the parts of all tasks.</summary>
    public ImmutableArray<(string Metric, double? Value)> Means =>
        [.. At(ResultKeys.Mean).AsObject().Select(pair => (pair.Key, pair.Value?.GetValue<double>()))];

    /// <summary>The metrics delta_p averages over.</summary>
    public ImmutableArray<GroupMetric> Compared =>
        [
            .. At(ResultKeys.Compared)
                .AsArray()
                .Select(node => new GroupMetric(
                    At(node, ResultKeys.ComparedGroup).GetValue<string>(),
                    At(node, ResultKeys.ComparedMetric).GetValue<string>(),
                    At(node, ResultKeys.ComparedHigherIsBetter).GetValue<bool>(),
                    node![ResultKeys.ComparedValue]?.GetValue<double>()
                )),
        ];

    /// <summary>#P: parameters one task's forward pass reaches, and those of all tasks.</summary>
    public (long Active, long Total) Parameters =>
        (
            At(At(ResultKeys.Parameters), ResultKeys.ActiveParameters).GetValue<long>(),
            At(At(ResultKeys.Parameters), ResultKeys.TotalParameters).GetValue<long>()
        );

    /// <summary>#F: multiply-accumulates of one image.</summary>
    public long Macs => At(ResultKeys.Macs).GetValue<long>();

    /// <summary>Seconds of training, and images per second.</summary>
    public (double? Seconds, double? ImagesPerSecond) Speed =>
        (Json[ResultKeys.Seconds]?.GetValue<double>(), Json[ResultKeys.ImagesPerSecond]?.GetValue<double>());

    /// <summary>What the numbers are of; results of earlier versions say less.</summary>
    public Circumstances Circumstances =>
        new(
            Name,
            System.IO.Path.GetDirectoryName(Path) ?? Path,
            Json[ResultKeys.Parts] is JsonObject tasks
                ? Circumstances.AllOf(
                    tasks.SelectMany(task => task.Value as JsonObject ?? []).Select(part => part.Key),
                    Compared
                )
                : null,
            Split,
            SourceDigest.Of(Json[ResultKeys.Data]),
            Json[ResultKeys.ImageSize]?.GetValue<string>(),
            Json[ResultKeys.Epochs]?.GetValue<int>(),
            Json[ResultKeys.Precision]?.GetValue<string>(),
            Json[ResultKeys.Augment]?.GetValue<string>(),
            Json[ResultKeys.PosWeight]?.GetValue<string>()
        );

    /// <summary>Reads a result.</summary>
    /// <exception cref="DataException">
    /// It cannot be read, something is missing, or its format is newer than this program.
    /// </exception>
    public static RunResult Read(string path)
    {
        try
        {
            var result = new RunResult(
                path,
                JsonNode.Parse(RegularFile.ReadText(path)) as JsonObject
                    ?? throw new FormatException("it is no JSON object")
            );
            var format = result.At(ResultKeys.Format).GetValue<int>();
            return format > Format
                ? throw new FormatException(
                    $"it has format {format} and this etrnlp reads up to {Format}; use a newer etrnlp"
                )
                : result.Checked();
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
            )
        {
            throw new DataException($"the result {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>
    /// The same result with delta_p against a baseline as it stands now; no baseline leaves it as it is.
    /// </summary>
    /// <exception cref="DataException">They are of other tasks or classes, or were evaluated on other data.</exception>
    public RunResult ComparedWith(IReadOnlyList<RunResult> baseline)
    {
        if (baseline.Count == 0)
        {
            return this;
        }

        var json = Json.DeepClone().AsObject();
        json[ResultKeys.DeltaP] = DeltaPReport.Against(this, baseline).ToJson();
        return this with { Json = json };
    }

    /// <summary>The same result under another name, to tell apart two of one name.</summary>
    internal RunResult Named(string name)
    {
        var json = Json.DeepClone().AsObject();
        json[ResultKeys.Name] = name;
        return this with { Json = json };
    }

    /// <summary>The same result, compared by some of its metrics alone.</summary>
    internal RunResult Only(IReadOnlyCollection<string> metrics)
    {
        var json = Json.DeepClone().AsObject();
        json[ResultKeys.Compared] = new JsonArray([
            .. Compared.Zip(json[ResultKeys.Compared]!.AsArray())
                .Where(pair => metrics.Contains(pair.First.FullName))
                .Select(pair => pair.Second!.DeepClone()),
        ]);
        return this with { Json = json };
    }

    /// <summary>
    /// Writes the result whole: from then on the run counts as done. <paramref name="guard"/> is that of
    /// <see cref="AtomicFile"/>.
    /// </summary>
    public void Write(Action? guard = null) =>
        AtomicFile.WriteText(Path, Json.ToJsonString(Indented) + "\n", guard);

    // Whoever holds a result can rely on all of it.
    RunResult Checked()
    {
        _ = (
            Name,
            Seed,
            Identity,
            Checkpoint,
            Split,
            BaselineName,
            Norm,
            Tasks,
            BestConstants,
            Means,
            Compared,
            Parameters,
            Macs,
            Speed,
            Circumstances
        );
        return
            IsFinite(Json)
            && Parameters is { Active: >= 0, Total: >= 0 }
            && Macs >= 0
            && Speed is (null or >= 0, null or >= 0)
            ? this
            : throw new FormatException("it holds a number that cannot be");
    }

    static bool IsFinite(JsonNode? node) =>
        node switch
        {
            JsonObject map => map.All(pair => IsFinite(pair.Value)),
            JsonArray list => list.All(IsFinite),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => double.IsFinite(
                value.GetValue<double>()
            ),
            _ => true,
        };

    JsonNode At(string key) => At(Json, key);

    static JsonNode At(JsonNode? node, string key) => node?[key] ?? throw new FormatException($"it has no '{key}'");

    ImmutableArray<(string Task, string Metric, double? Value)> PerTask(string key) =>
        [
            .. At(key)
                .AsObject()
                .SelectMany(task =>
                    At(Json[key], task.Key)
                        .AsObject()
                        .Select(pair => (task.Key, pair.Key, pair.Value?.GetValue<double>()))
                ),
        ];
}
