using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// A group of binary attributes of an image: one linear head, binary cross-entropy, mean over batch and attributes
/// (Sec. 4.1, CelebA).
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
            [ColumnsKey],
            values => new Attributes(values.Get(ColumnsKey))
        );

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
    public Tensor Loss(Tensor outputs, Tensor targets) =>
        nn.functional.binary_cross_entropy_with_logits(outputs, targets);

    /// <inheritdoc/>
    public IMeter NewMeter() => new AttributeMeter(Columns);

    /// <inheritdoc/>
    public Pictures? Show(Tensor outputs, Tensor targets) => null;
}
