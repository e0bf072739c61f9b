using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>A panel of a contact sheet.</summary>
/// <param name="Colours">Of each pixel of the image, row by row; null where it is unknown.</param>
/// <param name="Caption">What is written under it, paragraph by paragraph.</param>
sealed record SheetPanel(SKColor?[] Colours, params IReadOnlyList<string> Caption)
{
    /// <summary>The panel at the size it is looked at.</summary>
    public SKBitmap Draw(PanelScale scale) =>
        Hatch.Draw(scale.Panel.Height, scale.Panel.Width, (y, x) => Colours[scale.PixelAt(y, x)]);
}
