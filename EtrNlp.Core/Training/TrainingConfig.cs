using System.Collections.Immutable;
using System.Globalization;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>How a network is trained.</summary>
/// <param name="Update">When shared parameters step; null leaves it to the routing.</param>
/// <param name="Optimizer">The optimiser.</param>
/// <param name="BatchSize">Images of a batch, in training and evaluation.</param>
/// <param name="Epochs">Passes over the training split.</param>
/// <param name="InactiveGradients">What inactive branches get.</param>
/// <param name="EvaluateEvery">Epochs between two evaluations; the last epoch is always evaluated.</param>
/// <param name="TaskMemory">
/// MiB of features up to which several tasks are computed at once where one batch meets all under the same weights; 0
/// for one at a time.
/// </param>
/// <param name="Precision">What the trunk computes in.</param>
public sealed record TrainingConfig(
    UpdateStrategy? Update,
    IOptimizer Optimizer,
    int BatchSize,
    int Epochs,
    InactiveGradients InactiveGradients,
    int EvaluateEvery,
    int TaskMemory,
    Precision Precision
)
{
    /// <summary>What happens to training images, in this order.</summary>
    public ImmutableArray<IAugmentation> Augment { get; init; } = [];

    /// <summary>Whether every evaluation is of the test split too, where there is one. It chooses nothing.</summary>
    public bool EvaluateTest { get; init; }

    /// <summary>The key under which the chosen update is shown in the resolved file.</summary>
    public const string UpdateName = "update";

    /// <summary>The key of all this in an experiment file.</summary>
    public const string Name = "training";

    /// <summary>The key of the number of epochs.</summary>
    public const string EpochsName = "epochs";

    /// <summary>The key of the precision.</summary>
    public const string PrecisionName = "precision";

    /// <summary>The key of the random changes of training images.</summary>
    public const string AugmentName = "augment";

    static readonly Setting<UpdateStrategy?> UpdateKey = new(
        UpdateName,
        "when shared parameters step; absent: "
            + "joint where a pass serves all tasks, else steady_state for attributes and synchronized for dense tasks",
        Values.OptionalNumber(Values.Choice<UpdateStrategy>()),
        "null"
    );

    static readonly Setting<IOptimizer> OptimizerKey = new(
        "optimizer",
        "the optimiser",
        Values.OneOf(KnownOptimizers.All),
        "{kind: adam}"
    );
    static readonly Setting<int> BatchSizeKey = new(
        "batch_size",
        "images of a batch",
        Values.Integer(min: 2, max: 1_000_000),
        "256"
    );
    static readonly Setting<int> EpochsKey = new(
        EpochsName,
        "passes over the training split",
        Values.Integer(min: 1, max: 1_000_000),
        "40"
    );
    static readonly Setting<InactiveGradients> InactiveKey = new(
        "inactive_gradients",
        "what branches of inactive tasks get",
        Values.Choice<InactiveGradients>(),
        "skip"
    );
    static readonly Setting<int> EvaluateEveryKey = new(
        "evaluate_every",
        "epochs between two evaluations",
        Values.Integer(min: 1),
        "1"
    );
    static readonly Setting<int> TaskMemoryKey = new(
        "task_memory",
        "MiB of features up to which several tasks are computed at once, in synchronized steps and evaluations; "
            + "0 for one at a time",
        Values.Integer(min: 0, max: 1_000_000),
        "768"
    );

    static readonly Setting<Precision> PrecisionKey = new(
        PrecisionName,
        "what the trunk computes in, in evaluations too; tf32 is for GPUs",
        Values.Choice<Precision>(),
        "float32"
    );

    static readonly Setting<ImmutableArray<IAugmentation>> AugmentKey = new(
        AugmentName,
        "random changes of training images and their maps, applied in this order",
        Values.List(Values.OneOf(KnownAugmentations.All)),
        "[]",
        Added: true
    );

    static readonly Setting<bool> EvaluateTestKey = new(
        "evaluate_test",
        "evaluate the test split too, where there is one, and record it; it chooses nothing",
        Values.Flag,
        "false",
        Added: true
    );

    /// <summary>Evaluations of the validation split.</summary>
    public int Evaluations => ((Epochs - 1) / EvaluateEvery) + 1;

    /// <summary>The type of the <c>training</c> parameter.</summary>
    public static ValueType<TrainingConfig> Type { get; } =
        Values.Record(
            [
                UpdateKey,
                OptimizerKey,
                BatchSizeKey,
                EpochsKey,
                InactiveKey,
                EvaluateEveryKey,
                TaskMemoryKey,
                PrecisionKey,
                AugmentKey,
                EvaluateTestKey,
            ],
            values => new TrainingConfig(
                values.Get(UpdateKey),
                values.Get(OptimizerKey),
                values.Get(BatchSizeKey),
                values.Get(EpochsKey),
                values.Get(InactiveKey),
                values.Get(EvaluateEveryKey),
                values.Get(TaskMemoryKey),
                values.Get(PrecisionKey)
            )
            {
                Augment = values.Get(AugmentKey),
                EvaluateTest = values.Get(EvaluateTestKey),
            }
        );

    /// <summary>How many routes of a network are computed at once.</summary>
    public RoutesAtOnce RoutesAtOnce(NetworkPlan plan, DeviceType device, int threads) =>
        Training.RoutesAtOnce.Of(plan, BatchSize, (long)TaskMemory << 20, device, threads);

    /// <summary>The threads that compute a network's routes; libtorch's number of threads must have been set.</summary>
    public RouteThreads Team(Network network) =>
        new(network.Plan.Routes, RoutesAtOnce(network.Plan, network.Tensors.Device.type, torch.get_num_threads()));

    /// <summary>The number of epochs in a resolved experiment, or null where there is none that can be read.</summary>
    public static int? EpochsIn(MapNode resolved) =>
        resolved.Child(Name)?.Child(EpochsName) is ScalarNode { Text: { } text }
        && int.TryParse(text, CultureInfo.InvariantCulture, out var epochs)
            ? epochs
            : null;

    /// <summary>The same resolved experiment with another number of epochs.</summary>
    public static MapNode WithEpochs(MapNode resolved, int epochs)
    {
        var training = resolved.Find(Name)!;
        var entry = ((MapNode)training.Value).Find(EpochsName)!;
        var value = new ScalarNode(epochs.ToString(CultureInfo.InvariantCulture), entry.Value.Place);
        return resolved.With(training with { Value = ((MapNode)training.Value).With(entry with { Value = value }) });
    }
}
