using EtrNlp.Core.Inspection;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using SkiaSharp;

namespace EtrNlp.Core.Predictions;

/// <summary>A predicted map as a picture, in the colours of contact sheets.</summary>
static class PredictedMap
{
    /// <summary>Of the image's own size; black where a sheet is hatched, and where the network saw nothing.</summary>
    internal static RgbImage Draw(PredictedImage image, PredictedTask task, ImageSize size)
    {
        var alone = new PredictedImages([image with { Tasks = [task] }]);
        var column = SheetColumn.Of([task.Task], alone, size)[^1];
        var colours = column.Draw(Split.Test, 0).Colours.Select(colour => colour ?? SKColors.Black);
        byte[] pixels = [.. colours.SelectMany(colour => new[] { colour.Red, colour.Green, colour.Blue })];
        return new RgbImage(image.Seen.OverImage(pixels, pixelBytes: 3, outside: 0), image.Seen.Image);
    }
}
