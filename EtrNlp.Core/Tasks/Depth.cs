using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Planning;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>The depth of every pixel: the mean absolute error over the pixels of a batch whose depth is known, which is where it is not 0.</summary>
public sealed record Depth : ITaskKind
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<ITaskKind> Entry { get; } = new("depth", "the depth of every pixel", "paper Sec. 4.1, Cityscapes and NYUv2", [], _ => new Depth());

    /// <inheritdoc/>
    public ImmutableArray<string> Columns => [];

    /// <inheritdoc/>
    public ImmutableArray<PixelMap> Maps => [new PixelMap.Depth()];

    /// <inheritdoc/>
    public ImmutableArray<string> Parts => [DepthMeter.Group];

    /// <inheritdoc/>
    public string Group => DepthMeter.Group;

    /// <inheritdoc/>
    public ImmutableArray<MetricKind> Metrics => DepthMeter.Kinds;

    /// <inheritdoc/>
    public string? ChoosesCheckpoint => null;

    /// <inheritdoc/>
    public LayerPlan Head(string name, FeatureShape features, Owner owner) => DenseHead.Plan(name, features, 1, owner);

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor targets)
    {
        var known = targets.ne(0).to(outputs.dtype); // [N, 1, H, W]
        return ((outputs - targets).abs() * known).sum() / known.sum().clamp_min(1);
    }

    /// <inheritdoc/>
    public IMeter NewMeter() => new DepthMeter();
}
