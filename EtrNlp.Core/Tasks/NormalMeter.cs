using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// The angles between predicted and true normals, over the pixels whose normal is not 0: mean, median and shares within
/// 11.25, 22.5 and 30 degrees of a batch, then means over batches (Table 5). The best constant is the mean normal.
/// </summary>
public sealed class NormalMeter : IMeter
{
    /// <summary>The group of its metrics.</summary>
    public const string Group = "normals";

    static readonly double[] Limits = [11.25, 22.5, 30];

    /// <summary>What it measures, in degrees and as fractions.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } =
    [
        new("mean_angle", false, true),
        new("median_angle", false, true),
        .. Limits.Select(limit => new MetricKind(FormattableString.Invariant($"within_{limit}"), true, true)),
    ];

    readonly BatchMeans _means = new();
    readonly PixelSamples _labels = new();

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (predicted, normals) = (Rows(Normals.Unit(outputs)), Rows(targets.narrow(1, 0, 3)));
        _means.Add(normals.ne(Scalars.Zero).any(), Scores(predicted, normals));
        _labels.Add(normals);
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> Values() =>
        MeterValues.OfOnePart(Group, _means.Of(Kinds.Select(kind => kind.Name)));

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> BestConstant()
    {
        using var scope = NewDisposeScope();
        using var means = new BatchMeans();
        if (_labels.Batches.Count > 0)
        {
            // [1, 3]; what is unknown is 0 and turns nothing
            var mean = Normals.Unit(cat([.. _labels.Batches]).mean([0], keepdim: true));
            foreach (var batch in _labels.Batches)
            {
                means.Add(batch.ne(Scalars.Zero).any(), Scores(mean, batch));
            }
        }

        return MeterValues.OfTask(means.Of(Kinds.Select(kind => kind.Name)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _means.Dispose();
        _labels.Dispose();
    }

    /// <summary>
    /// The angles in degrees between directions of unit length along dimension 1. Unlike the arc cosine, twice the arc
    /// tangent of difference and sum is exact where two directions agree.
    /// </summary>
    internal static Tensor Angles(Tensor predicted, Tensor known)
    {
        var (p, n) = (predicted.to(ScalarType.Float64), known.to(ScalarType.Float64));
        return rad2deg(atan2((p - n).norm(1), p.Plus(n).norm(1)).mul(Scalars.Two));
    }

    // [N, 3, H, W] to [pixels, 3].
    static Tensor Rows(Tensor maps) => maps.permute(0, 2, 3, 1).reshape(-1, 3);

    // Over the known pixels without picking them out, since a GPU would have to be asked how many there are.
    static Tensor[] Scores(Tensor predicted, Tensor normals)
    {
        var known = normals.ne(Scalars.Zero).any(1);
        var count = known.sum();
        // [pixels]
        var angles = Angles(predicted, normals).masked_fill(known.logical_not(), Scalars.Of(double.PositiveInfinity));
        var middle = count.sub(Scalars.One).clamp_min(Scalars.Zero).div(Scalars.Two, RoundingMode.floor);
        var median = angles.sort().Values.gather(0, middle.unsqueeze(0)).squeeze(0); // the lower one
        var mean = angles.masked_fill(known.logical_not(), Scalars.Zero).sum() / count;
        var pixels = count.to(ScalarType.Float64);
        return [mean, median, .. Limits.Select(limit => angles.lt(Scalars.Of(limit)).sum() / pixels)];
    }
}
