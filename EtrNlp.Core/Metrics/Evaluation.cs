using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Metrics;

/// <summary>What one task scored over a split.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Group">The group delta_p counts it in.</param>
/// <param name="Kinds">The metrics it reports.</param>
/// <param name="Loss">Mean loss over the images.</param>
/// <param name="Values">Every metric of every part, then of the task (empty part).</param>
/// <param name="BestConstant">What the best constant prediction scores, per metric of the task.</param>
public sealed record TaskScores(
    string Task,
    string Group,
    ImmutableArray<MetricKind> Kinds,
    double Loss,
    ImmutableArray<MetricValue> Values,
    ImmutableArray<MetricValue> BestConstant
)
{
    /// <summary>The task's own value of a metric.</summary>
    public double? this[string metric] => Values.First(value => value.Part.Length == 0 && value.Name == metric).Value;

    /// <summary>The values of a metric by part; the task's own where it is not of parts.</summary>
    internal IEnumerable<double?> Of(string metric)
    {
        var parts = Values
            .Where(value => value.Part.Length > 0 && value.Name == metric)
            .Select(value => value.Value)
            .ToArray();
        return parts.Length > 0 ? parts : [this[metric]];
    }
}

/// <summary>What all tasks scored over a split.</summary>
public sealed record Evaluation(Split Split, ImmutableArray<TaskScores> Tasks)
{
    /// <summary>
    /// The mean of every number over evaluations of the same tasks and split; of a metric, over those in which it has a
    /// value.
    /// </summary>
    public static Evaluation MeanOf(IReadOnlyList<Evaluation> evaluations) =>
        evaluations[^1] with
        {
            Tasks =
            [
                .. evaluations[^1]
                    .Tasks.Select(
                        (task, t) =>
                            task with
                            {
                                Loss = evaluations.Average(evaluation => evaluation.Tasks[t].Loss),
                                Values =
                                [
                                    .. task.Values.Select(
                                        (value, v) =>
                                            value with
                                            {
                                                Value = evaluations.Average(evaluation =>
                                                    evaluation.Tasks[t].Values[v].Value
                                                ),
                                            }
                                    ),
                                ],
                            }
                    ),
            ],
        };

    /// <summary>
    /// Means over every part (attribute, class) of every task of a group, each part counting once: the paper's
    /// unweighted mean over the 40 attributes. Parts without a value are left out; a task whose parts do not have the
    /// metric counts once itself.
    /// </summary>
    [JsonIgnore]
    public ImmutableArray<GroupMetric> Means =>
        [
            .. from g in Tasks.GroupBy(task => task.Group)
            from kind in g.First().Kinds
            let values = g.SelectMany(task => task.Of(kind.Name))
            select new GroupMetric(g.Key, kind.Name, kind.HigherIsBetter, values.Average()),
        ];

    /// <summary>The means under the keys that files and people tell them apart by.</summary>
    [JsonIgnore]
    public ImmutableArray<(string Key, double? Value)> KeyedMeans
    {
        get
        {
            var means = Means;
            return
            [
                .. MeanKeys
                    .Of([.. means.Select(mean => (mean.Group, mean.Name))])
                    .Zip(means, (key, mean) => (key, mean.Value)),
            ];
        }
    }

    /// <summary>The means that delta_p averages over.</summary>
    [JsonIgnore]
    public ImmutableArray<GroupMetric> ForDeltaP =>
        [
            .. Means.Where(mean =>
                Tasks.First(task => task.Group == mean.Group).Kinds.First(kind => kind.Name == mean.Name).InDeltaP
            ),
        ];
}
