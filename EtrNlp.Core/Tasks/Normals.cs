using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// The surface normal of every pixel: 1 - the mean cosine over the pixels of a batch whose depth is known. Targets are
/// [N, normal and depth, H, W].
/// </summary>
public sealed record Normals : ITaskKind
{
    const double ShortestPrediction = 1e-12;
    const double WhiteAngle = 90;

    /// <summary>How experiment files name it.</summary>
    public static Entry<ITaskKind> Entry { get; } =
        new("normals", "the surface normal of every pixel", "paper Sec. 4.1, NYUv2", [], _ => new Normals());

    /// <inheritdoc/>
    public ImmutableArray<string> Columns => [];

    /// <inheritdoc/>
    public ImmutableArray<PixelMap> Maps => [new PixelMap.Normals(), new PixelMap.Depth(IsMask: true)];

    /// <inheritdoc/>
    public ImmutableArray<string> Parts => [NormalMeter.Group];

    /// <inheritdoc/>
    public string Group => NormalMeter.Group;

    /// <inheritdoc/>
    public ImmutableArray<MetricKind> Metrics => NormalMeter.Kinds;

    /// <inheritdoc/>
    public string? ChoosesCheckpoint => null;

    /// <summary>Predictions [N, 3, H, W] at unit length.</summary>
    public static Tensor Unit(Tensor outputs) =>
        outputs / outputs.norm(1, keepdim: true).clamp_min(Scalars.Of(ShortestPrediction));

    /// <inheritdoc/>
    public LayerPlan Head(string name, FeatureShape features, Owner owner) => DenseHead.Plan(name, features, 3, owner);

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor targets)
    {
        var known = targets.narrow(1, 3, 1).ne(Scalars.Zero).to(outputs.dtype); // [N, 1, H, W]
        var cosine = (Unit(outputs) * targets.narrow(1, 0, 3)).sum(1, keepdim: true);
        var count = known.sum();
        var mean = (cosine * known).sum() / count.clamp_min(Scalars.One);
        return count.clamp_max(Scalars.One) - mean; // 0 where nothing is known
    }

    /// <inheritdoc/>
    public IMeter NewMeter() => new NormalMeter();

    /// <inheritdoc/>
    public Prediction Predict(Tensor outputs) => new(Unit(outputs));

    /// <summary>(n + 1) / 2 as red, green and blue; an angle of 90 degrees or more is white.</summary>
    public Pictures? Show(Tensor outputs, Tensor targets)
    {
        var (predicted, normals) = (Unit(outputs), targets.narrow(1, 0, 3));
        var known = normals.ne(Scalars.Zero).any(1, keepdim: true); // [N, 1, H, W]
        return new Pictures(
            Colour(normals) * known,
            Colour(predicted),
            NormalMeter.Angles(predicted, normals).unsqueeze(1).div(Scalars.Of(WhiteAngle)) * known
        );

        static Tensor Colour(Tensor normals) => normals.Plus(Scalars.One).div(Scalars.Two);
    }
}
