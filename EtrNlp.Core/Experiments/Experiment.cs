using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Experiments;

/// <summary>One experiment as the program works with it: every choice typed, checked and immutable.</summary>
/// <param name="Name">The folder of its runs.</param>
/// <param name="Seeds">One run per seed.</param>
/// <param name="Dataset">Where images and columns come from.</param>
/// <param name="Tasks">What is learned, in order.</param>
/// <param name="Backbone">The trunk.</param>
/// <param name="Operation">What replaces its 3x3 convolutions.</param>
/// <param name="Routing">How parameters are divided between tasks.</param>
/// <param name="Weighting">How task losses are balanced.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Baseline">Full path of the experiment it is compared with, or null.</param>
/// <param name="Threads">
/// CPU threads; null leaves it to the machine. Sums depend on it, so it is part of the resolved file.
/// </param>
/// <param name="InitFrom">Full path of a run folder or checkpoint whose weights it starts from, or null.</param>
/// <param name="InitFromHash">SHA-256 that those weights must have; null where any will do.</param>
/// <param name="Data">What its data must be; null where any will do.</param>
/// <param name="Paper">What the paper prints of it, or null.</param>
public sealed record Experiment(
    string Name,
    ImmutableArray<int> Seeds,
    IDatasetSource Dataset,
    ImmutableArray<LearningTask> Tasks,
    IBackbone Backbone,
    IOperation Operation,
    IRouting Routing,
    IWeighting Weighting,
    TrainingConfig Training,
    string? Baseline,
    int? Threads,
    string? InitFrom = null,
    string? InitFromHash = null,
    DataDigest? Data = null,
    PaperRow? Paper = null
)
{
    /// <summary>Key of the CPU threads.</summary>
    public const string ThreadsName = "threads";

    /// <summary>Key of the weights it starts from.</summary>
    public const string InitFromName = "init_from";

    /// <summary>Key of their hash; a run's resolved file has it, and there it counts.</summary>
    public const string InitFromHashName = "init_from_sha256";

    /// <summary>Key of the digest of its data; a run's resolved file has it, and there it counts.</summary>
    public const string DataName = "data";

    /// <summary>Key of what the paper prints.</summary>
    public const string PaperName = "paper";

    /// <summary>Key of the name.</summary>
    public const string NameName = "name";

    /// <summary>Key of the seeds.</summary>
    public const string SeedsName = "seeds";

    /// <summary>Key of the data.</summary>
    public const string DatasetName = "dataset";

    /// <summary>Key of the tasks.</summary>
    public const string TasksName = "tasks";

    /// <summary>Key of the baseline.</summary>
    public const string BaselineName = "baseline";

    /// <summary>Key of <see cref="Weighting"/>.</summary>
    public const string WeightingName = "weighting";

    /// <summary>What a list of seeds is.</summary>
    internal static ValueType<ImmutableArray<int>> SeedList { get; } =
        Values
            .List(Values.Integer(min: 0), min: 1)
            .Where(seeds => seeds.Distinct().Count() == seeds.Length, "a list of different integers >= 0");

    static readonly Setting<string> NameKey = new(
        NameName,
        "the folder of its runs",
        ExperimentName.Type,
        Cosmetic: true
    );
    static readonly Setting<ImmutableArray<int>> SeedsKey = new(
        SeedsName,
        "one run per seed",
        SeedList,
        "[0]",
        Cosmetic: true
    );

    static readonly Setting<IDatasetSource> DatasetKey = new(
        DatasetName,
        "where images and columns come from",
        Values.OneOf(KnownDatasets.All)
    );
    static readonly Setting<ImmutableArray<LearningTask>> TasksKey = new(TasksName, "what is learned", TaskList.Type);
    static readonly Setting<IBackbone> BackboneKey = new("backbone", "the trunk", Values.OneOf(KnownBackbones.All));
    static readonly Setting<IOperation> OperationKey = new(
        "operation",
        "what replaces the trunk's 3x3 convolutions",
        Values.OneOf(KnownOperations.All),
        "{kind: conv}"
    );
    static readonly Setting<IRouting> RoutingKey = new(
        "routing",
        "how parameters are divided between tasks",
        Values.OneOf(KnownRoutings.All),
        "{kind: hard_sharing}"
    );
    static readonly Setting<IWeighting> WeightingKey = new(
        WeightingName,
        "how task losses are balanced",
        Values.OneOf(KnownWeightings.All),
        "{kind: equal}"
    );
    static readonly Setting<TrainingConfig> TrainingKey = new(
        TrainingConfig.Name,
        "how the network is trained",
        TrainingConfig.Type,
        "{}"
    );
    static readonly Setting<string?> BaselineKey = new(
        BaselineName,
        "experiment file to compare with",
        Values.Optional(PathValue.Type),
        "null",
        Cosmetic: true
    );
    static readonly Setting<int?> ThreadsKey = new(
        ThreadsName,
        "CPU threads; sums, hence the last bits, depend on it; absent: as many as the machine has cores",
        Values.OptionalNumber(Values.Integer(min: 1, max: 1024)),
        "null"
    );

    static readonly Setting<string?> InitFromKey = new(
        InitFromName,
        "run folder, checkpoint or safetensors file of torchvision whose weights it starts from, taken by name",
        Values.Optional(PathValue.Type),
        "null",
        Cosmetic: true
    );

    static readonly Setting<string?> InitFromHashKey = new(
        InitFromHashName,
        "SHA-256 that those weights must have; written into a run's own file",
        Values.Optional(Values.Text),
        "null",
        Cosmetic: true
    );

    static readonly Setting<DataDigest?> DataKey = new(
        DataName,
        "digest of the data it must be trained on; written into a run's own file",
        Values.Optional(DataDigest.Type),
        "null",
        Cosmetic: true
    );

    static readonly Setting<PaperRow?> PaperKey = new(
        PaperName,
        "what the paper prints of it, for comparisons",
        Values.Optional(PaperRow.Type),
        "null",
        Cosmetic: true
    );

    /// <summary>Every key of an experiment file.</summary>
    public static IReadOnlyList<Setting> Settings { get; } =
    [
        NameKey,
        SeedsKey,
        DatasetKey,
        TasksKey,
        BackboneKey,
        OperationKey,
        RoutingKey,
        WeightingKey,
        TrainingKey,
        BaselineKey,
        ThreadsKey,
        InitFromKey,
        InitFromHashKey,
        DataKey,
        PaperKey,
    ];

    /// <summary>
    /// The loop it is trained by: as chosen, or the routing's default for its kind of tasks among those that the
    /// weighting works in.
    /// </summary>
    public UpdateStrategy Update =>
        Training.Update
        ?? (
            Tasks.Any(task => task.Kind.IsDense)
            && Routing.Updates is not [UpdateStrategy.Joint, ..]
            && Updates.Contains(UpdateStrategy.Synchronized)
                ? UpdateStrategy.Synchronized
                : Updates.Append(Routing.Updates[0]).First()
        );

    /// <summary>The loops that both routing and weighting work in, the routing's default first; may be none.</summary>
    public IEnumerable<UpdateStrategy> Updates => Routing.Updates.Where(Weighting.Updates.Contains);

    /// <summary>Names in task order.</summary>
    public ImmutableArray<string> TaskNames => [.. Tasks.Select(task => task.Name)];

    internal static Experiment Create(SettingValues values) =>
        new(
            values.Get(NameKey),
            values.Get(SeedsKey),
            values.Get(DatasetKey),
            values.Get(TasksKey),
            values.Get(BackboneKey),
            values.Get(OperationKey),
            values.Get(RoutingKey),
            values.Get(WeightingKey),
            values.Get(TrainingKey),
            values.Get(BaselineKey),
            values.Get(ThreadsKey),
            values.Get(InitFromKey),
            values.Get(InitFromHashKey),
            values.Get(DataKey),
            values.Get(PaperKey)
        );
}
