using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>A swatch of a legend and what it means.</summary>
/// <param name="Text">What it means.</param>
/// <param name="Colour">By the place in the swatch, from 0 at its left to 1; null: hatched.</param>
/// <param name="Width">Pixels.</param>
sealed record LegendEntry(string Text, Func<double, SKColor?> Colour, int Width = LegendEntry.Narrow)
{
    const int Narrow = 32;

    const int Height = 18;

    /// <summary>A swatch of one colour.</summary>
    public static LegendEntry Of(string text, SKColor colour) => new(text, _ => colour);

    /// <summary>A swatch as what is unknown is drawn.</summary>
    public static LegendEntry Hatched(string text) => new(text, _ => null);

    /// <summary>The swatch.</summary>
    public SKBitmap Draw() => Hatch.Draw(Height, Width, (_, x) => Colour(x / (double)(Width - 1)));
}
