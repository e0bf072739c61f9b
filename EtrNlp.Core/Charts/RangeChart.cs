using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EtrNlp.Core.Charts;

/// <summary>A value and its range for each of some names, one below the other.</summary>
public static class RangeChart
{
    const double TextSize = 12;
    const double Plot = 320; // pixels
    const double Row = 20;
    const double Around = 80;

    static readonly OxyColor Blue = OxyColor.Parse("#0072b2");

    /// <summary>Pixels of a chart of some rows.</summary>
    public static (double Width, double Height) Size(IReadOnlyCollection<string> names) =>
        (Plot + TextRoom.Of(names, TextSize), Around + (Row * names.Count));

    /// <summary>The chart; the places of the points are not read. One without a value has an empty row.</summary>
    public static PlotModel Of(string title, IReadOnlyList<(string Name, CurvePoint? Point)> rows)
    {
        var model = Empty(title);
        model.PlotMargins = new OxyThickness(
            TextRoom.Of(rows.Select(row => row.Name), TextSize),
            double.NaN,
            double.NaN,
            double.NaN
        );
        var names = new CategoryAxis
        {
            Position = AxisPosition.Left,
            StartPosition = 1,
            EndPosition = 0,
            TickStyle = TickStyle.None,
        };
        names.Labels.AddRange(rows.Select(row => row.Name));
        model.Axes.Add(names);
        model.Axes.Add(Numbers(AxisPosition.Bottom));
        var ranges = new LineSeries { Color = Blue, StrokeThickness = 1.5 };
        var values = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerFill = Blue, MarkerSize = 3.5 };
        foreach (var (place, (_, point)) in rows.Index().Where(row => row.Item.Point is not null))
        {
            ranges.Points.AddRange([new(point!.Value.Low, place), new(point.Value.High, place), DataPoint.Undefined]);
            values.Points.Add(new ScatterPoint(point.Value.Value, place));
        }

        model.Series.Add(ranges);
        model.Series.Add(values);
        return model;
    }

    /// <summary>A chart with a title and nothing in it.</summary>
    internal static PlotModel Empty(string title) =>
        new()
        {
            Title = title,
            TitleFontSize = 13,
            TitleFontWeight = FontWeights.Normal,
            DefaultFont = "sans-serif",
            DefaultFontSize = TextSize,
            Padding = new OxyThickness(12, 4, 16, 8),
        };

    /// <summary>An axis of numbers with lines across the chart.</summary>
    internal static LinearAxis Numbers(AxisPosition position) =>
        new()
        {
            Position = position,
            MajorGridlineStyle = LineStyle.Dot,
            MinorTickSize = 0,
            AxisTitleDistance = 10,
            MinimumPadding = 0.04,
            MaximumPadding = 0.04,
        };
}
