using OxyPlot;

namespace EtrNlp.Core.Charts;

/// <summary>Room for texts in a drawing, whose font is left to whoever shows it.</summary>
static class TextRoom
{
    const double Wide = 0.6; // of a letter's height, on average in common fonts
    const double Apart = 12; // pixels

    /// <summary>Pixels for the longest of some names.</summary>
    internal static double Of(IEnumerable<string> names, double size) =>
        Apart + names.Max(name => Width(name, size));

    static double Width(string text, double size) => Wide * size * text.Length;

    /// <summary>Measures texts so that they have room; it draws nothing that is kept.</summary>
    internal sealed class Measure(double width, double height) : PdfRenderContext(width, height, OxyColors.White)
    {
        /// <inheritdoc/>
        public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
        {
            var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
            return new OxySize(Math.Max(size.Width, Width(text ?? "", fontSize)), size.Height);
        }
    }
}
