using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// A group of binary attributes of an image: one linear head, binary cross-entropy, mean over the known labels of a
/// batch (Sec. 4.1, CelebA).
/// </summary>
public sealed record Attributes(ImmutableArray<string> Columns) : ITaskKind
{
    static readonly Setting<ImmutableArray<string>> ColumnsKey = new(
        "columns",
        "the dataset's columns, in the order of the outputs",
        Values
            .List(Values.Text, min: 1)
            .Where(columns => columns.Distinct().Count() == columns.Length, "a list of different columns")
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<ITaskKind> Entry { get; } =
        new(
            "attributes",
            "binary attributes of an image",
            "paper Sec. 4.1, CelebA",
            [ColumnsKey, PositiveWeight.Key],
            values =>
            {
                var (columns, weight) = (values.Get(ColumnsKey), values.Get(PositiveWeight.Key));
                return new Attributes(columns) { PosWeight = weight, PosWeights = weight?.Of(columns) ?? [] };
            }
        );

    /// <summary>What a yes counts, as the file says it; null where it counts 1.</summary>
    public PositiveWeight? PosWeight { get; init; }

    /// <summary>The same for each column; none where it counts 1.</summary>
    public ImmutableArray<double> PosWeights { get; init; } = [];

    /// <summary>Whether labels may be unknown; a batch is not asked.</summary>
    public bool HasUnknown { get; init; }

    /// <inheritdoc/>
    public ImmutableArray<PixelMap> Maps => [];

    /// <inheritdoc/>
    public ImmutableArray<string> Parts => Columns;

    /// <inheritdoc/>
    public string Group => "attributes";

    /// <inheritdoc/>
    public ImmutableArray<MetricKind> Metrics => AttributeMeter.Kinds;

    /// <inheritdoc/>
    public string? ChoosesCheckpoint => "f";

    /// <inheritdoc/>
    public LayerPlan Head(string name, FeatureShape features, Owner owner) =>
        new LinearPlan(name, features, Columns.Length, owner);

    /// <inheritdoc/>
    public ITaskKind For(TaskLabels labels) =>
        this with
        {
            HasUnknown = labels.HasUnknown,
            PosWeights = PosWeight?.Of(Columns, labels) ?? [],
        };

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor targets)
    {
        var weights = PosWeights.IsEmpty ? null : Weights(outputs.device);
        if (!HasUnknown)
        {
            return nn.functional.binary_cross_entropy_with_logits(outputs, targets, pos_weights: weights);
        }

        var unknown = targets.isnan();
        var losses = nn.functional.binary_cross_entropy_with_logits(
            outputs,
            targets.masked_fill(unknown, Scalars.Zero),
            reduction: nn.Reduction.None,
            pos_weights: weights
        );
        var known = unknown.logical_not().sum().clamp_min(Scalars.One);
        return losses.masked_fill(unknown, Scalars.Zero).sum() / known;
    }

    /// <inheritdoc/>
    public IMeter NewMeter() => new AttributeMeter(Columns);

    /// <summary>An attribute is predicted where its logit is at least 0.</summary>
    public Prediction Predict(Tensor outputs) =>
        new(outputs.ge(Scalars.Zero).to(ScalarType.Float32), outputs.sigmoid());

    /// <inheritdoc/>
    public Pictures? Show(Tensor outputs, Tensor targets) => null;

    // [columns], filled in on the device: a copy from ordinary memory would wait for all that a GPU has still to do.
    Tensor Weights(Device device) =>
        cat([.. PosWeights.Select(weight => full([1], Scalars.Of(weight), ScalarType.Float32, device))]);
}
