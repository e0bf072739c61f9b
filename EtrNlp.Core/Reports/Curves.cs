using EtrNlp.Core.Charts;
using EtrNlp.Core.Results;

namespace EtrNlp.Core.Reports;

/// <summary>What a chart is of.</summary>
/// <param name="Task">The task.</param>
/// <param name="Split">train, val or test.</param>
/// <param name="Metric">loss, weight or a metric.</param>
public sealed record CurveKey(string Task, string Split, string Metric);

/// <summary>
/// The metrics of tasks over epochs: of each configuration a line, the mean over the seeds that have the epoch, and
/// their range as a band.
/// </summary>
public static class Curves
{
    /// <summary>A metric's name for the weights of tasks.</summary>
    public const string Weight = "weight";

    static readonly string[] Splits = ["train", "val", "test"];

    /// <summary>The charts, task by task; lines of at most so many points, the first and the last among them.</summary>
    public static IReadOnlyList<(CurveKey Key, IReadOnlyList<ChartLine> Lines)> Of(
        IReadOnlyList<ShownConfiguration> configurations,
        int mostPoints
    )
    {
        var lines =
            from one in configurations.Index()
            from curve in one
                .Item.Runs.SelectMany(run => run.Metrics)
                .Where(row => row.IsOfTask)
                .GroupBy(row => new CurveKey(row.Task, row.Split, row.Metric))
            select (curve.Key, Line: new ChartLine(one.Index, [.. Thinned(Points(curve), mostPoints)]));
        var charts = lines.GroupBy(line => line.Key, line => line.Line).ToArray();
        var tasks = charts.Select(chart => chart.Key.Task).Distinct().ToArray();
        return
        [
            .. charts
                .OrderBy(chart => Array.IndexOf(tasks, chart.Key.Task))
                .ThenBy(chart => Array.IndexOf(Splits, chart.Key.Split))
                .Select(chart => (chart.Key, (IReadOnlyList<ChartLine>)[.. chart])),
        ];
    }

    static CurvePoint[] Points(IEnumerable<MetricRow> rows) =>
        [
            .. from row in rows
                group row.Value!.Value by row.Epoch into epoch
                orderby epoch.Key
                select CurvePoint.Over(epoch.Key, [.. epoch]),
        ];

    static IEnumerable<CurvePoint> Thinned(CurvePoint[] points, int most) =>
        points.Length <= most
            ? points
            : Enumerable.Range(0, most).Select(i => points[(int)((long)i * (points.Length - 1) / (most - 1))]);
}
