using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Planning;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Each class against everything else, pixel by pixel: binary cross-entropy over all pixels, void pixels being negatives of every class
/// (supplement, Table 2). The paper's tasks have one class each; a head of several is the joint layout.
/// </summary>
public sealed record OneVsRest(ImmutableArray<string> ClassNames) : ITaskKind
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<ITaskKind> Entry { get; } = new(
        "one_vs_rest", "pixels of each class against all others", "paper Sec. 4.1, Cityscapes and NYUv2", [ClassList.Key], values => new OneVsRest(values.Get(ClassList.Key)));

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
    public Tensor Loss(Tensor outputs, Tensor targets) =>
        nn.functional.binary_cross_entropy_with_logits(outputs, SegmentationMeter.Planes(targets, ClassNames.Length).to(outputs.dtype));

    /// <inheritdoc/>
    public IMeter NewMeter() => new SegmentationMeter(ClassNames, exclusive: false);
}
