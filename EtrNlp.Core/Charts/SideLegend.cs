using OxyPlot.Legends;

namespace EtrNlp.Core.Charts;

/// <summary>The legend of a chart, on its right.</summary>
static class SideLegend
{
    internal static Legend New() =>
        new()
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.RightTop,
            LegendPadding = 24, // a system may have wider letters
            LegendLineSpacing = 8,
        };
}
