using OxyPlot.Legends;

namespace EtrNlp.Core.Charts;

/// <summary>The legend of a chart, on its right, in as many columns as its height asks for.</summary>
static class SideLegend
{
    const double TextSize = 12;
    const double Row = 18; // pixels
    const double Around = 104; // pixels above and below the rows
    const double Symbol = 28; // pixels, with what is around it

    internal static Legend New() =>
        new()
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.RightTop,
            LegendPadding = 12,
            LegendColumnSpacing = 12,
            LegendLineSpacing = 8,
        };

    /// <summary>Pixels across of a chart with its legend, so that about a square is left for the chart.</summary>
    internal static double WidthWithChart(IReadOnlyCollection<string> names, double height, double least)
    {
        var columns = Math.Ceiling(names.Count * Row / (height - Around));
        return Math.Max(least, height + (columns * (Symbol + TextRoom.Of(names, TextSize))));
    }
}
