using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;

namespace EtrNlp.Core.Results;

/// <summary>
/// A number of the validation split by which runs can be ranked: <c>mean.&lt;metric&gt;</c>, the mean that tables show,
/// or <c>&lt;task&gt;.&lt;metric&gt;</c>. It is read from <c>metrics.csv</c> alone, never from a result, which may be
/// of the test split.
/// </summary>
/// <param name="Name">As files name it.</param>
/// <param name="HigherIsBetter">Its direction.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Tasks">The tasks it is of, in order.</param>
/// <param name="OverParts">True for the mean over parts (attributes, classes), each of which counts once.</param>
public sealed record ValidationMetric(
    string Name,
    bool HigherIsBetter,
    string Metric,
    ImmutableArray<string> Tasks,
    bool OverParts
)
{
    /// <summary>Every one of some tasks: the means, then each task's own.</summary>
    public static IEnumerable<ValidationMetric> Of(ImmutableArray<LearningTask> tasks)
    {
        var means = tasks
            .GroupBy(task => task.Kind.Group)
            .SelectMany(group => group.First().Kind.Metrics.Select(kind => (Group: group, Kind: kind)))
            .ToArray();
        return MeanKeys
            .Of([.. means.Select(mean => (mean.Group.Key, mean.Kind.Name))])
            .Zip(means, (key, mean) => Create($"mean.{key}", mean.Kind, mean.Group, overParts: true))
            .Concat(
                tasks.SelectMany(task =>
                    task.Kind.Metrics.Select(kind => Create($"{task.Name}.{kind.Name}", kind, [task], overParts: false))
                )
            );
    }

    /// <summary>Its value after an epoch; null where that was not evaluated, or is no finite number.</summary>
    public double? At(IEnumerable<MetricRow> rows, int epoch)
    {
        var found = rows.Where(row => row.Epoch == epoch && row.Split == "val" && row.Metric == Metric)
            .ToLookup(row => row.Task);
        return Tasks.SelectMany(task => Values(found[task])).Average();
    }

    // A task whose parts do not have the metric counts once itself, as in the tables.
    IEnumerable<double?> Values(IEnumerable<MetricRow> rows)
    {
        var parts = rows.Where(row => row.Part.Length > 0).ToArray();
        var chosen = OverParts && parts.Length > 0 ? parts : rows.Where(row => row.Part.Length == 0);
        return chosen.Select(row => row.Value);
    }

    static ValidationMetric Create(string name, MetricKind kind, IEnumerable<LearningTask> tasks, bool overParts) =>
        new(name, kind.HigherIsBetter, kind.Name, [.. tasks.Select(task => task.Name)], overParts);
}
