using System.Collections.Immutable;
using System.Globalization;

namespace EtrNlp.Core.Metrics;

/// <summary>A measured metric of a group of tasks.</summary>
/// <param name="Group">attributes, choice, segmentation, depth or normals.</param>
/// <param name="Name">As results name it.</param>
/// <param name="HigherIsBetter">Its direction.</param>
/// <param name="Value">What was measured; null where it has no value.</param>
public sealed record GroupMetric(string Group, string Name, bool HigherIsBetter, double? Value)
{
    /// <summary><c>group.name</c>.</summary>
    public string FullName => $"{Group}.{Name}";
}

/// <summary>A metric that delta_p does not count, and why.</summary>
public sealed record LeftOutMetric(string Metric, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Metric} ({Reason})";
}

/// <summary>
/// Relative improvement over a baseline, as a fraction of the baseline's absolute value: positive is better (Sec. 4.1,
/// with the sign of its equation corrected).
/// </summary>
/// <param name="TaskMean">Mean over groups of the mean over a group's metrics.</param>
/// <param name="MetricMean">Mean over all metrics: what Tables 5 and 6 print.</param>
/// <param name="LeftOut">Metrics without a relative improvement.</param>
public sealed record DeltaP(double? TaskMean, double? MetricMean, ImmutableArray<LeftOutMetric> LeftOut)
{
    /// <summary>The smallest absolute value of a baseline that an improvement is measured by.</summary>
    public const double SmallestBaseline = 1e-6;

    /// <summary>Compares the same metrics of a method and its baseline.</summary>
    /// <exception cref="ArgumentException">The two lists are not of the same metrics.</exception>
    public static DeltaP Between(IReadOnlyList<GroupMetric> method, IReadOnlyList<GroupMetric> baseline)
    {
        var reference = baseline.DistinctBy(metric => metric.FullName).ToDictionary(metric => metric.FullName);
        if (!reference.Keys.ToHashSet().SetEquals(method.Select(metric => metric.FullName)))
        {
            throw new ArgumentException("the baseline has other metrics", nameof(baseline));
        }

        var pairs = method.Select(metric => (Metric: metric, Baseline: reference[metric.FullName].Value)).ToArray();
        var counted = pairs
            .Where(pair => Obstacle(pair.Metric, pair.Baseline) is null)
            .Select(pair => (pair.Metric.Group, Value: Improvement(pair.Metric, pair.Baseline)!.Value))
            .ToArray();
        return new DeltaP(
            Average(counted.GroupBy(pair => pair.Group).Select(group => group.Average(pair => pair.Value))),
            Average(counted.Select(pair => pair.Value)),
            [
                .. from pair in pairs
                let reason = Obstacle(pair.Metric, pair.Baseline)
                where reason is not null
                select new LeftOutMetric(pair.Metric.FullName, reason),
            ]
        );
    }

    static double? Improvement(GroupMetric method, double? baseline) =>
        (method.HigherIsBetter ? method.Value - baseline : baseline - method.Value)
        / (baseline is { } b ? Math.Abs(b) : null);

    static string? Obstacle(GroupMetric method, double? baseline) =>
        (method.Value, baseline) switch
        {
            (_, null) => "the baseline has no value",
            (null, _) => "it has no value",
            (_, 0) => "the baseline is 0",
            (_, { } b) when Math.Abs(b) < SmallestBaseline => string.Create(
                CultureInfo.InvariantCulture,
                $"the baseline is {b:G3}, smaller than {SmallestBaseline:G}"
            ),
            _ => double.IsFinite(Improvement(method, baseline)!.Value)
                ? null
                : "the improvement is too large for a number",
        };

    static double? Average(IEnumerable<double> values) => values.Cast<double?>().Average();
}
