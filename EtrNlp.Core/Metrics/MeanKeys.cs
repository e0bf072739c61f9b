namespace EtrNlp.Core.Metrics;

/// <summary>
/// What the mean of a metric over a group is called beside other means: the metric's name, and its group before it
/// where groups share that name.
/// </summary>
public static class MeanKeys
{
    /// <summary>The key of each metric of a list in which no metric of a group stands twice.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<(string Group, string Name)> metrics)
    {
        var shared = metrics
            .GroupBy(metric => metric.Name)
            .Where(same => same.Count() > 1)
            .Select(same => same.Key)
            .ToHashSet();
        return
        [
            .. metrics.Select(metric => shared.Contains(metric.Name) ? $"{metric.Group}.{metric.Name}" : metric.Name),
        ];
    }
}
