using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// The depth of every pixel: the mean absolute error over the pixels of a batch whose depth is known, which is where it
/// is not 0.
/// </summary>
public sealed record Depth : ITaskKind
{
    const double DarkestGrey = 0.2; // black is where nothing is known
    const double LeastRange = 1e-12;

    /// <summary>How experiment files name it.</summary>
    public static Entry<ITaskKind> Entry { get; } =
        new("depth", "the depth of every pixel", "paper Sec. 4.1, Cityscapes and NYUv2", [], _ => new Depth());

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
        var known = targets.ne(Scalars.Zero).to(outputs.dtype); // [N, 1, H, W]
        return ((outputs - targets).abs() * known).sum() / known.sum().clamp_min(Scalars.One);
    }

    /// <inheritdoc/>
    public IMeter NewMeter() => new DepthMeter();

    /// <inheritdoc/>
    public Prediction Predict(Tensor outputs) => new(outputs);

    /// <summary>
    /// Greys from the nearest pixel of an image's label, dark, to the farthest, white; an error as large as that range
    /// is white.
    /// </summary>
    public Pictures? Show(Tensor outputs, Tensor targets)
    {
        var (known, infinity) = (targets.ne(Scalars.Zero), double.PositiveInfinity);
        // [N, 1, 1, 1]
        var nearest = targets.masked_fill(known.logical_not(), Scalars.Of(infinity)).amin([1, 2, 3], keepdim: true);
        var range = (
            targets.masked_fill(known.logical_not(), Scalars.Of(-infinity)).amax([1, 2, 3], keepdim: true) - nearest
        ).clamp_min(Scalars.Of(LeastRange));
        return new Pictures(Grey(targets) * known, Grey(outputs), (outputs - targets).abs() / range * known);

        Tensor Grey(Tensor depth)
        {
            var share = ((depth - nearest) / range).clamp(Scalars.Zero, Scalars.One);
            return share.mul(Scalars.Of(1 - DarkestGrey)).Plus(Scalars.Of(DarkestGrey));
        }
    }
}
