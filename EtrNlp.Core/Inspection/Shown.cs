using System.Globalization;

namespace EtrNlp.Core.Inspection;

/// <summary>Numbers as people read them.</summary>
static class Shown
{
    const int Names = 5;

    /// <summary>12.3 %, or as many digits as tell a small share from none.</summary>
    public static string Percent(double share) =>
        share is > 0 and < 0.0005 ? "< 0.1 %" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:F1} %");

    /// <summary>Up to four digits.</summary>
    public static string Number(double? value) =>
        value is { } number ? number.ToString("G4", CultureInfo.InvariantCulture) : "-";

    /// <summary>Three digits after the point.</summary>
    public static string Fraction(double value) =>
        (Math.Round(value, 3) + 0.0).ToString("F3", CultureInfo.InvariantCulture); // without the sign of a zero

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>1 map has, 2 maps have.</summary>
    public static string Some(int count, string one) => $"{Count(count)} {one}{(count == 1 ? " has" : "s have")}";

    /// <summary>The first of some names, in quotes, and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> names)
    {
        var more = names.Count > Names ? $" and {names.Count - Names} more" : "";
        return string.Join(", ", names.Take(Names).Select(name => $"'{name}'")) + more;
    }
}
