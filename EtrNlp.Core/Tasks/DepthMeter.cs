using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Absolute and relative error of depth over the pixels where it is known: means over a batch, then over batches
/// (Tables 5 and 6). The best constant is the median, for the relative error weighted by 1 / depth.
/// </summary>
public sealed class DepthMeter : IMeter
{
    /// <summary>The group of its metrics.</summary>
    public const string Group = "depth";

    /// <summary>What it measures, in the dataset's unit and as a fraction of the true depth.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } =
    [new("abs_err", false, true), new("rel_err", false, true)];

    readonly BatchMeans _means = new();
    readonly PixelSamples _labels = new();

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _means.Add(targets.ne(Scalars.Zero).any(), Errors(outputs, targets));
        _labels.Add(targets.reshape(-1, 1));
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> Values() =>
        MeterValues.OfOnePart(Group, _means.Of(Kinds.Select(kind => kind.Name)));

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> BestConstant()
    {
        using var scope = NewDisposeScope();
        using var means = new BatchMeans();
        var batches = _labels.Batches.Select(batch => batch.to(ScalarType.Float64)).ToArray();
        var all = batches.Length == 0 ? zeros(0) : cat(batches);
        var sorted = all.masked_select(all.ne(Scalars.Zero)).sort().Values;
        if (sorted.shape[0] > 0)
        {
            var (absolute, relative) = (Median(sorted, ones_like(sorted)), Median(sorted, sorted.reciprocal()));
            foreach (var batch in batches)
            {
                means.Add(batch.ne(Scalars.Zero).any(), Errors(absolute, batch)[0], Errors(relative, batch)[1]);
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

    // Over the known pixels without picking them out, since a GPU would have to be asked how many there are.
    static Tensor[] Errors(Tensor predicted, Tensor depth)
    {
        var unknown = depth.eq(Scalars.Zero);
        var count = unknown.logical_not().sum().clamp_min(Scalars.One);
        var error = (predicted - depth).abs().masked_fill(unknown, Scalars.Zero);
        return
        [
            error.sum(ScalarType.Float64) / count,
            (error / depth.masked_fill(unknown, Scalars.One)).sum(ScalarType.Float64) / count,
        ];
    }

    // The first value at which half of the weight is reached.
    static Tensor Median(Tensor sorted, Tensor weights)
    {
        var reached = weights.cumsum(0);
        return sorted[reached.lt(reached[-1].div(Scalars.Of(2))).sum().ToInt64()];
    }
}
