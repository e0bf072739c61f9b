using EtrNlp.Core.Charts;
using EtrNlp.Core.Reports;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Figures;

/// <summary>A metric of a task at an epoch, over the seeds of a configuration.</summary>
/// <param name="Task">The task; empty for the mean of all tasks.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Values">One for each seed that has it.</param>
public sealed record ProgressionPoint(string Task, int Epoch, IReadOnlyList<double> Values);

/// <summary>How a metric moves over epochs, for each configuration (Figure 1a).</summary>
/// <param name="Metric">The metric, or loss.</param>
/// <param name="Split">train, val or test.</param>
/// <param name="Configurations">Name and points of each.</param>
public sealed record Progression(
    string Metric,
    string Split,
    IReadOnlyList<(string Name, IReadOnlyList<ProgressionPoint> Points)> Configurations
)
{
    const string Loss = "loss";
    const string F = "f";
    const string Test = "test";
    const double LeastWidth = 560; // pixels of a chart
    const double Height = 320;

    /// <summary>
    /// The progression of runs. A metric of null is F where it is recorded, else the loss; a split of null is test
    /// where it was evaluated more than once, else val.
    /// </summary>
    /// <exception cref="DataException">No run has recorded that.</exception>
    public static Progression Of(IReadOnlyList<ShownConfiguration> configurations, string? metric, string? split)
    {
        var rows = configurations
            .SelectMany(one => one.Runs)
            .SelectMany(run => run.Metrics)
            .Where(row => row.IsOfTask)
            .ToArray();
        var isTest = rows.Where(row => row.Split == Test).Select(row => row.Epoch).Distinct().Count() > 1;
        var chosenSplit = split ?? (isTest ? Test : "val");
        var recorded = rows.Where(row => row.Split == chosenSplit).Select(row => row.Metric).Distinct().ToArray();
        var chosen = metric ?? (recorded.Contains(F) ? F : Loss);
        return recorded.Contains(chosen)
            ? new Progression(chosen, chosenSplit, [.. configurations.Select(one => Of(one, chosen, chosenSplit))])
            : throw new DataException(
                recorded.Length == 0
                    ? $"no run has recorded the split {chosenSplit} yet"
                    : $"--metric {chosen}: split {chosenSplit} has {string.Join(", ", recorded)}"
                        + NearestName.NearHint(chosen, recorded)
            );
    }

    static (string Name, IReadOnlyList<ProgressionPoint> Points) Of(
        ShownConfiguration configuration,
        string metric,
        string split
    )
    {
        var rows = configuration
            .Runs.SelectMany(run => run.Metrics.Where(row => row.IsOfTask).Select(row => (run.Seed, Row: row)))
            .Where(one => one.Row.Metric == metric && one.Row.Split == split)
            .ToArray();
        var tasks = rows.Select(one => one.Row.Task).Distinct().Count();
        var means = rows.GroupBy(one => (one.Seed, one.Row.Epoch))
            .Where(group => group.Count() == tasks)
            .Select(group => (Task: "", group.Key.Epoch, Value: group.Average(one => one.Row.Value!.Value)));
        var all = means.Concat(rows.Select(one => (one.Row.Task, one.Row.Epoch, one.Row.Value!.Value)));
        return (
            configuration.Name,
            [
                .. all.GroupBy(one => (one.Task, one.Epoch), one => one.Value)
                    .Select(group => new ProgressionPoint(group.Key.Task, group.Key.Epoch, [.. group]))
                    .OrderBy(point => point.Epoch),
            ]
        );
    }

    /// <summary>The figure: a chart of the mean over tasks, and one for each task.</summary>
    public Figure ToFigure()
    {
        var tasks = Configurations.SelectMany(one => one.Points).Select(point => point.Task).Distinct().Order();
        return new Figure(
            Header,
            from one in Configurations
            from point in one.Points
            select Row(one.Name, point),
            PanelSheet.Svg(
                $"{Split} {Metric} over epochs",
                across: 2,
                SideLegend.WidthWithChart([.. Configurations.Select(one => one.Name)], Height, LeastWidth),
                Height,
                [
                    .. tasks.Select(task =>
                        CurveChart.Of(task.Length == 0 ? "mean of tasks" : task, "epoch", 1, Curves(task))
                    ),
                ]
            )
        );
    }

    /// <summary>The columns of its table.</summary>
    public static IReadOnlyList<string> Header { get; } =
    ["configuration", "split", "metric", "task", "epoch", "mean", "low", "high", "seeds"];

    Curve[] Curves(string task) =>
        [
            .. Configurations.Select(one => new Curve(
                one.Name,
                [
                    .. one
                        .Points.Where(point => point.Task == task)
                        .Select(point => CurvePoint.Over(point.Epoch, point.Values)),
                ]
            )),
        ];

    IReadOnlyList<string> Row(string configuration, ProgressionPoint point) =>
        [
            configuration,
            Split,
            Metric,
            point.Task.Length == 0 ? "mean" : point.Task,
            Figure.Number(point.Epoch),
            .. SeedRange.Cells(point.Values),
        ];
}
