using EtrNlp.Core.Charts;
using EtrNlp.Core.Reports;

namespace EtrNlp.Cli.Pages;

/// <summary>Metrics and weights of tasks over epochs: a chart for each, a line for each configuration.</summary>
sealed class CurveSections(IReadOnlyList<ShownConfiguration> configurations, int mostPoints)
{
    readonly IReadOnlyList<(CurveKey Key, IReadOnlyList<ChartLine> Lines)> _charts = Curves.Of(
        configurations,
        mostPoints
    );

    /// <summary>The curves, and the weights where some change.</summary>
    internal string All => OfTasks + OfWeights;

    string OfTasks =>
        Html.Section(
            "Curves",
            "A line is the mean over the seeds that have the epoch; its band is their range, where they are several.",
            _charts
                .Index()
                .Where(chart => chart.Item.Key.Metric != Curves.Weight)
                .GroupBy(chart => chart.Item.Key.Task)
                .Select(task =>
                    Charts(
                        task.Key,
                        task.Select(chart =>
                            (chart.Index, $"{chart.Item.Key.Split} {chart.Item.Key.Metric}", chart.Item.Lines)
                        )
                    )
                )
        );

    string OfWeights =>
        Html.Section(
            "Task weights",
            "The factor on each task's loss, or the coefficient of its gradient, as the mean over an epoch; "
                + "weights that never change have no line.",
            _charts
                .Index()
                .Where(chart => chart.Item.Key.Metric == Curves.Weight)
                .Select(chart => (chart.Index, $"weight of {chart.Item.Key.Task}", chart.Item.Lines))
                .ToArray()
                is { Length: > 0 } weights
                ? [Charts("", weights)]
                : []
        );

    string Charts(string heading, IEnumerable<(int Number, string Caption, IReadOnlyList<ChartLine> Lines)> charts)
    {
        var all = charts.ToArray();
        var figures = all.Select(chart =>
            Html.Figure(LineChart.Svg($"c{chart.Number}", chart.Lines), $"{heading} {chart.Caption}".Trim())
        );
        return (heading.Length == 0 ? "" : $"<h3>{Html.Text(heading)}</h3>\n")
            + Legend(all.SelectMany(chart => chart.Lines).Select(line => line.Style).Distinct().Order())
            + $"<div class=\"charts\">\n{string.Concat(figures)}</div>\n";
    }

    string Legend(IEnumerable<int> styles) =>
        $"<p class=\"legend\">{string.Concat(styles.Select(Legend))}</p>\n";

    string Legend(int style)
    {
        var color = LineStyles.Variable(LineStyles.ColorOf(style));
        return $"<span><svg viewBox=\"0 0 30 10\"><path d=\"M0 5H30\" style=\"stroke:var({color});"
            + $"stroke-dasharray:{string.Join(',', LineStyles.Dashes(style))}\"/></svg> "
            + $"{Html.Text(configurations[style].Name)}</span> ";
    }
}
