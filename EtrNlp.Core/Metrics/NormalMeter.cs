using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Metrics;

/// <summary>
/// The angles between predicted and true normals, over the pixels whose normal is not 0: mean, median and shares within 11.25, 22.5 and
/// 30 degrees of a batch, then means over batches (Table 5). The best constant is the mean normal.
/// </summary>
public sealed class NormalMeter : IMeter
{
    /// <summary>The group of its metrics.</summary>
    public const string Group = "normals";

    static readonly double[] Limits = [11.25, 22.5, 30];

    /// <summary>What it measures, in degrees and as fractions.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } =
    [
        new("mean_angle", false, true), new("median_angle", false, true), .. Limits.Select(limit => new MetricKind(FormattableString.Invariant($"within_{limit}"), true, true)),
    ];

    readonly BatchMeans _means = new();
    readonly PixelSamples _known = new();

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var normals = targets.narrow(1, 0, 3).permute(0, 2, 3, 1); // [N, H, W, 3]
        var mask = normals.ne(0).any(3, keepdim: true);
        var known = normals.masked_select(mask).view(-1, 3); // [pixels, 3]
        if (known.shape[0] > 0)
        {
            _means.Add(Scores(Normals.Unit(outputs).permute(0, 2, 3, 1).masked_select(mask).view(-1, 3), known));
            _known.Add(known);
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> Values() => MeterValues.OfOnePart(Group, _means.Of(Kinds.Select(kind => kind.Name)));

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> BestConstant()
    {
        using var scope = NewDisposeScope();
        using var means = new BatchMeans();
        if (_known.Batches.Count > 0)
        {
            var mean = Normals.Unit(cat([.. _known.Batches]).mean([0], keepdim: true)); // [1, 3]
            foreach (var batch in _known.Batches)
            {
                means.Add(Scores(mean, batch));
            }
        }

        return MeterValues.OfTask(means.Of(Kinds.Select(kind => kind.Name)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _means.Dispose();
        _known.Dispose();
    }

    /// <summary>
    /// The angles in degrees between directions of unit length along dimension 1. Unlike the arc cosine, twice the arc tangent of difference and sum
    /// is exact where two directions agree.
    /// </summary>
    internal static Tensor Angles(Tensor predicted, Tensor known)
    {
        var (p, n) = (predicted.to(ScalarType.Float64), known.to(ScalarType.Float64));
        return rad2deg(2 * atan2((p - n).norm(1), (p + n).norm(1)));
    }

    static Tensor[] Scores(Tensor predicted, Tensor known)
    {
        var angles = Angles(predicted, known); // [pixels]
        return [angles.mean(), angles.median(), .. Limits.Select(limit => angles.lt(limit).to(ScalarType.Float64).mean())];
    }
}
