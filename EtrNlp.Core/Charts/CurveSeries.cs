using OxyPlot;
using OxyPlot.Series;

namespace EtrNlp.Core.Charts;

/// <summary>A value at some place, and the range around it.</summary>
/// <param name="X">The place.</param>
/// <param name="Value">Where the line is.</param>
/// <param name="Low">Lower end of the band.</param>
/// <param name="High">Upper end of the band.</param>
public readonly record struct CurvePoint(double X, double Value, double Low, double High)
{
    /// <summary>Values of several seeds, at least one, as their mean and their range.</summary>
    public static CurvePoint Over(double x, IReadOnlyCollection<double> values) =>
        new(x, values.Average(), values.Min(), values.Max());
}

/// <summary>The line and the band of a curve, as every chart draws them.</summary>
static class CurveSeries
{
    const byte OpacityOfBand = 46; // of 255

    internal static AreaSeries Band(IReadOnlyList<CurvePoint> points, OxyColor colour)
    {
        var band = new AreaSeries
        {
            Color = OxyColors.Transparent,
            Fill = OxyColor.FromAColor(OpacityOfBand, colour),
        };
        band.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Low)));
        band.Points2.AddRange(points.Select(point => new DataPoint(point.X, point.High)));
        return band;
    }

    /// <param name="points">By rising places.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="style">Its number among <see cref="LineStyles"/>, which gives the dashes.</param>
    internal static LineSeries Line(IReadOnlyList<CurvePoint> points, OxyColor colour, int style)
    {
        var line = new LineSeries { Color = colour, Dashes = [.. LineStyles.Dashes(style)] };
        line.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Value)));
        return line;
    }
}
