using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>Slanted stripes of two greys, for what is unknown: no class, depth or normal is drawn so.</summary>
static class Hatch
{
    const int Stripe = 6; // pixels

    /// <summary>A picture of the colours of its pixels, hatched where they are null.</summary>
    public static SKBitmap Draw(int height, int width, Func<int, int, SKColor?> colour)
    {
        var pixels = new SKColor[height * width];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                pixels[(y * width) + x] = colour(y, x) ?? At(y, x);
            }
        }

        return new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque) { Pixels = pixels };
    }

    static SKColor At(int y, int x) =>
        (y + x) / Stripe % 2 == 0 ? new SKColor(0xD4, 0xD4, 0xD4) : new SKColor(0x9C, 0x9C, 0x9C);
}
