using System.Collections.Immutable;

namespace EtrNlp.Core.Metrics;

/// <summary>A measured metric of a group (attributes, segmentation, depth, normals); null where it has no value.</summary>
public sealed record GroupMetric(string Group, string Name, bool HigherIsBetter, double? Value)
{
    /// <summary><c>group.name</c>.</summary>
    public string FullName => $"{Group}.{Name}";
}

/// <summary>
/// Relative improvement over a baseline, as a fraction: positive is better (Sec. 4.1, with the
/// sign of its equation corrected).
/// </summary>
/// <param name="TaskMean">Mean over groups of the mean over a group's metrics.</param>
/// <param name="MetricMean">Mean over all metrics: what Tables 5 and 6 print.</param>
/// <param name="LeftOut">Metrics without a relative improvement: the baseline is 0, or a value is missing.</param>
public sealed record DeltaP(double? TaskMean, double? MetricMean, ImmutableArray<string> LeftOut)
{
    /// <summary>Compares the same metrics, in the same order, of a method and its baseline.</summary>
    /// <exception cref="ArgumentException">The two lists are not of the same metrics.</exception>
    public static DeltaP Between(IReadOnlyList<GroupMetric> method, IReadOnlyList<GroupMetric> baseline)
    {
        if (!method.Select(metric => metric.FullName).SequenceEqual(baseline.Select(metric => metric.FullName)))
        {
            throw new ArgumentException("the baseline has other metrics", nameof(baseline));
        }

        var improvements = method.Zip(baseline, (m, b) => (Metric: m, Improvement: Improvement(m, b))).ToArray();
        var counted = improvements.Where(pair => pair.Improvement is not null).Select(pair => (pair.Metric.Group, Value: pair.Improvement!.Value)).ToArray();
        return new DeltaP(
            Average(counted.GroupBy(pair => pair.Group).Select(group => group.Average(pair => pair.Value))),
            Average(counted.Select(pair => pair.Value)),
            [.. improvements.Where(pair => pair.Improvement is null).Select(pair => pair.Metric.FullName)]);
    }

    static double? Improvement(GroupMetric method, GroupMetric baseline) =>
        baseline.Value is { } b && method.Value is { } m && b != 0 ? (method.HigherIsBetter ? m - b : b - m) / b : null;

    static double? Average(IEnumerable<double> values) => values.Cast<double?>().Average();
}
