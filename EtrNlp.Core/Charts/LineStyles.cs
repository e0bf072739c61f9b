namespace EtrNlp.Core.Charts;

/// <summary>
/// How lines are told apart, with any eyes and in print: by the colours of Okabe and Ito (Color Universal Design,
/// 2008) and, once these are used up, by dashes.
/// </summary>
public static class LineStyles
{
    // Without yellow, which cannot be seen on white. Black is white on a dark page.
    static readonly string[] Light = ["#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    static readonly double[][] AllDashes = [[], [8, 3], [2, 3], [8, 3, 2, 3]];

    /// <summary>The colours on a light or a dark page, in the order of <see cref="Variable"/>.</summary>
    public static IReadOnlyList<string> Colors(bool dark) => dark ? ["#ffffff", .. Light[1..]] : Light;

    /// <summary>The style sheet's variable of a colour.</summary>
    public static string Variable(int color) => FormattableString.Invariant($"--line-{color}");

    /// <summary>The colour of the n-th line.</summary>
    public static int ColorOf(int style) => style % Light.Length;

    /// <summary>The lengths of its dashes and gaps; none for a solid line.</summary>
    public static IReadOnlyList<double> Dashes(int style) => AllDashes[style / Light.Length % AllDashes.Length];
}
