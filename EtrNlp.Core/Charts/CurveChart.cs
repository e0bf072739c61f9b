using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace EtrNlp.Core.Charts;

/// <summary>A value at some place, and the range around it.</summary>
public readonly record struct CurvePoint(double X, double Value, double Low, double High);

/// <summary>A line with a name.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">By rising places.</param>
public sealed record Curve(string Name, IReadOnlyList<CurvePoint> Points);

/// <summary>Lines with a band each over numbers.</summary>
public static class CurveChart
{
    const byte OpacityOfBand = 46; // of 255

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
            model.Legends.Add(
                new Legend
                {
                    LegendPlacement = LegendPlacement.Outside,
                    LegendPosition = LegendPosition.RightTop,
                    LegendPadding = 24, // a system may have wider letters
                    LegendLineSpacing = 8,
                }
            );
        }

        foreach (var (style, curve) in curves.Index())
        {
            model.Series.Add(Band(style, curve));
        }

        foreach (var (style, curve) in curves.Index())
        {
            model.Series.Add(Line(style, curve));
        }

        return model;
    }

    static AreaSeries Band(int style, Curve curve)
    {
        var band = new AreaSeries
        {
            Color = OxyColors.Transparent,
            Fill = OxyColor.FromAColor(OpacityOfBand, ColourOf(style)),
        };
        band.Points.AddRange(curve.Points.Select(point => new DataPoint(point.X, point.Low)));
        band.Points2.AddRange(curve.Points.Select(point => new DataPoint(point.X, point.High)));
        return band;
    }

    static LineSeries Line(int style, Curve curve)
    {
        var line = new LineSeries
        {
            Title = curve.Name,
            Color = ColourOf(style),
            Dashes = [.. LineStyles.Dashes(style)],
            MarkerType = MarkerType.Circle,
            MarkerSize = 2.5,
        };
        line.Points.AddRange(curve.Points.Select(point => new DataPoint(point.X, point.Value)));
        return line;
    }

    static OxyColor ColourOf(int style) => OxyColor.Parse(LineStyles.Colors(dark: false)[LineStyles.ColorOf(style)]);
}
