using System.Runtime.InteropServices;
using EtrNlp.Data.Datasets;
using SkiaSharp;

namespace EtrNlp.Data.Images;

/// <summary>Writes images as PNG, which keeps every pixel as it is.</summary>
public static class PngFile
{
    /// <summary>Writes one byte for every pixel, row by row, as grey of 8 bits.</summary>
    public static void WriteGrey(ReadOnlySpan<byte> pixels, ImageSize size, Stream to)
    {
        using var bitmap = new SKBitmap(
            new SKImageInfo(size.Width, size.Height, SKColorType.Gray8, SKAlphaType.Opaque)
        );
        for (var y = 0; y < size.Height; y++)
        {
            var row = pixels.Slice(y * size.Width, size.Width).ToArray();
            Marshal.Copy(row, 0, bitmap.GetPixels() + (y * bitmap.RowBytes), row.Length);
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        png.SaveTo(to);
    }

    /// <summary>Writes an image.</summary>
    public static void Write(RgbImage image, Stream to)
    {
        using var bitmap = new SKBitmap(
            new SKImageInfo(image.Size.Width, image.Size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque)
        );
        var rgb = image.Pixels.Span;
        for (int from = 0, pixel = 0; from < rgb.Length; from += 3, pixel++)
        {
            Marshal.WriteInt32(
                bitmap.GetPixels(),
                pixel * sizeof(int),
                BitConverter.ToInt32([rgb[from], rgb[from + 1], rgb[from + 2], byte.MaxValue])
            );
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        png.SaveTo(to);
    }
}
