using EtrNlp.Core.Inspection;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using SkiaSharp;

namespace EtrNlp.Core.Predictions;

/// <summary>A predicted map as a picture, in the colours of contact sheets.</summary>
static class PredictedMap
{
    /// <summary>One pixel for each of the map; black where a sheet is hatched.</summary>
    internal static RgbImage Draw(PredictedImage image, PredictedTask task, ImageSize size)
    {
        var alone = new PredictedImages([image with { Tasks = [task] }]);
        var column = SheetColumn.Of([task.Task], alone, size)[^1];
        var colours = column.Draw(Split.Test, 0).Colours.Select(colour => colour ?? SKColors.Black);
        return new RgbImage(
            colours.SelectMany(colour => new[] { colour.Red, colour.Green, colour.Blue }).ToArray(),
            size
        );
    }
}
