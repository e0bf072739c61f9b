using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EtrNlp.Core.Charts;

/// <summary>Points of one kind in a plane.</summary>
/// <param name="Name">What they are, for the legend.</param>
/// <param name="Style">Their colour and, once the colours are used up, their shape.</param>
/// <param name="IsHollow">Small rings instead of filled shapes.</param>
/// <param name="Points">Where they are.</param>
public sealed record ScatterGroup(
    string Name,
    int Style,
    bool IsHollow,
    IReadOnlyList<(double X, double Y)> Points
);

/// <summary>Points of several kinds in a plane whose coordinates mean nothing, with a legend beside it.</summary>
public static class ScatterChart
{
    static readonly MarkerType[] Shapes = [MarkerType.Triangle, MarkerType.Square, MarkerType.Diamond];

    /// <summary>The chart; the last group is on top.</summary>
    public static PlotModel Of(IReadOnlyList<ScatterGroup> groups)
    {
        var model = new PlotModel { DefaultFont = "sans-serif", DefaultFontSize = 12 };
        model.Axes.Add(Axis(AxisPosition.Bottom));
        model.Axes.Add(Axis(AxisPosition.Left));
        model.Legends.Add(SideLegend.New());
        foreach (var group in groups)
        {
            model.Series.Add(Series(group));
        }

        return model;
    }

    static ScatterSeries Series(ScatterGroup group)
    {
        var colours = LineStyles.Colors(dark: false);
        var colour = OxyColor.Parse(colours[LineStyles.ColorOf(group.Style)]);
        var series = new ScatterSeries
        {
            Title = group.Name,
            MarkerType = group.IsHollow ? MarkerType.Circle : Shapes[group.Style / colours.Count % Shapes.Length],
            MarkerSize = group.IsHollow ? 3 : 4,
            MarkerFill = group.IsHollow ? OxyColors.Transparent : colour,
            MarkerStroke = colour,
            MarkerStrokeThickness = 1,
        };
        series.Points.AddRange(group.Points.Select(point => new ScatterPoint(point.X, point.Y)));
        return series;
    }

    static LinearAxis Axis(AxisPosition position) =>
        new()
        {
            Position = position,
            TickStyle = TickStyle.None,
            LabelFormatter = _ => "",
            MinimumPadding = 0.03,
            MaximumPadding = 0.03,
        };
}
