using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EtrNlp.Core.Charts;

/// <summary>A line with a name.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">By rising places.</param>
public sealed record Curve(string Name, IReadOnlyList<CurvePoint> Points);

/// <summary>Lines with a band each over numbers.</summary>
public static class CurveChart
{
    /// <summary>The chart, with a legend where there are several lines.</summary>
    /// <param name="title">What stands above it.</param>
    /// <param name="across">What the places are.</param>
    /// <param name="leastStep">Between two places that are written: 1 for whole numbers, else 0.</param>
    /// <param name="curves">The lines.</param>
    public static PlotModel Of(string title, string across, double leastStep, IReadOnlyList<Curve> curves)
    {
        var model = RangeChart.Empty(title);
        var bottom = RangeChart.Numbers(AxisPosition.Bottom);
        bottom.Title = across;
        bottom.MinimumMajorStep = leastStep;
        model.Axes.Add(bottom);
        model.Axes.Add(RangeChart.Numbers(AxisPosition.Left));
        if (curves.Count > 1)
        {
            model.Legends.Add(SideLegend.New());
        }

        foreach (var (style, curve) in curves.Index())
        {
            model.Series.Add(CurveSeries.Band(curve.Points, ColourOf(style)));
        }

        foreach (var (style, curve) in curves.Index())
        {
            model.Series.Add(Line(style, curve));
        }

        return model;
    }

    static LineSeries Line(int style, Curve curve)
    {
        var line = CurveSeries.Line(curve.Points, ColourOf(style), style);
        line.Title = curve.Name;
        line.MarkerType = MarkerType.Circle;
        line.MarkerSize = 2.5;
        return line;
    }

    static OxyColor ColourOf(int style) => OxyColor.Parse(LineStyles.Colors(dark: false)[LineStyles.ColorOf(style)]);
}
