using System.Collections.Immutable;

namespace EtrNlp.Core.Metrics;

/// <summary>Numbers as meters report them.</summary>
static class MeterValues
{
    /// <summary>Numbers of a task that measures one thing, under that thing's name and as its own.</summary>
    internal static ImmutableArray<MetricValue> OfOnePart(
        string part,
        IEnumerable<(string Name, double? Value)> values
    ) => [.. values.Select(value => new MetricValue(part, value.Name, value.Value)), .. OfTask(values)];

    /// <summary>Numbers of a task.</summary>
    internal static ImmutableArray<MetricValue> OfTask(IEnumerable<(string Name, double? Value)> values) =>
        [.. values.Select(value => new MetricValue("", value.Name, value.Value))];
}
