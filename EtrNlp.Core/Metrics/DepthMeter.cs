using System.Collections.Immutable;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Metrics;

/// <summary>
/// Absolute and relative error of depth over the pixels where it is known: means over a batch, then over batches (Tables 5 and 6). The
/// best constant is the median, for the relative error weighted by 1 / depth.
/// </summary>
public sealed class DepthMeter : IMeter
{
    /// <summary>The group of its metrics.</summary>
    public const string Group = "depth";

    /// <summary>What it measures, in the dataset's unit and as a fraction of the true depth.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } = [new("abs_err", false, true), new("rel_err", false, true)];

    readonly BatchMeans _means = new();
    readonly PixelSamples _known = new();

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mask = targets.ne(0);
        var known = targets.masked_select(mask); // [pixels]
        if (known.shape[0] > 0)
        {
            _means.Add(Errors(outputs.masked_select(mask), known));
            _known.Add(known.unsqueeze(1));
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
            var sorted = cat([.. _known.Batches]).squeeze(1).to(ScalarType.Float64).sort().Values;
            var (absolute, relative) = (Median(sorted, ones_like(sorted)), Median(sorted, sorted.reciprocal()));
            foreach (var batch in _known.Batches.Select(batch => batch.squeeze(1).to(ScalarType.Float64)))
            {
                means.Add(Errors(absolute, batch)[0], Errors(relative, batch)[1]);
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

    static Tensor[] Errors(Tensor predicted, Tensor known)
    {
        var error = (predicted - known).abs();
        return [error.mean(), (error / known).mean()];
    }

    // The first value at which half of the weight is reached.
    static Tensor Median(Tensor sorted, Tensor weights)
    {
        var reached = weights.cumsum(0);
        return sorted[reached.lt(reached[-1] / 2).sum().ToInt64()];
    }
}
