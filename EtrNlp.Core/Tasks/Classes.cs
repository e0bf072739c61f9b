using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Planning;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>One class of several for every pixel: cross-entropy, void pixels ignored.</summary>
public sealed record Classes(ImmutableArray<string> ClassNames) : ITaskKind
{
    const long Void = -1;

    /// <summary>How experiment files name it.</summary>
    public static Entry<ITaskKind> Entry { get; } = new(
        "classes", "one class of several for every pixel", "Liu et al. 2019 (MTAN)", [ClassList.Key], values => new Classes(values.Get(ClassList.Key)));

    /// <inheritdoc/>
    public ImmutableArray<string> Columns => [];

    /// <inheritdoc/>
    public ImmutableArray<PixelMap> Maps => [new PixelMap.Classes(ClassNames)];

    /// <inheritdoc/>
    public ImmutableArray<string> Parts => ClassNames;

    /// <inheritdoc/>
    public string Group => SegmentationMeter.Group;

    /// <inheritdoc/>
    public ImmutableArray<MetricKind> Metrics => SegmentationMeter.Kinds;

    /// <inheritdoc/>
    public string? ChoosesCheckpoint => null;

    /// <inheritdoc/>
    public LayerPlan Head(string name, FeatureShape features, Owner owner) => DenseHead.Plan(name, features, ClassNames.Length, owner);

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor targets)
    {
        var labels = targets.squeeze(1).to(ScalarType.Int64); // [N, H, W]
        var sum = nn.functional.cross_entropy(outputs, labels, ignore_index: Void, reduction: nn.Reduction.Sum);
        return sum / labels.ne(Void).sum().clamp_min(1);
    }

    /// <inheritdoc/>
    public IMeter NewMeter() => new SegmentationMeter(ClassNames, exclusive: true);
}
