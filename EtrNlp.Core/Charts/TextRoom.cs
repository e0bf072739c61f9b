namespace EtrNlp.Core.Charts;

/// <summary>Room for names in a drawing, whose font is left to whoever shows it.</summary>
static class TextRoom
{
    const double Wide = 0.6; // of a letter's height, on average in common fonts
    const double Apart = 12; // pixels

    /// <summary>Pixels for the longest of some names.</summary>
    internal static double Of(IEnumerable<string> names, double size) =>
        Apart + (Wide * size * names.Max(name => name.Length));
}
