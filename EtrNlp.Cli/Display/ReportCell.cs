using System.Globalization;
using EtrNlp.Core.Metrics;

namespace EtrNlp.Cli.Display;

/// <summary>How a column of a report is written.</summary>
/// <param name="Ours">Ours over seeds.</param>
/// <param name="Published">The paper's.</param>
/// <param name="Difference">The difference between the two.</param>
/// <param name="IsRelative">Whether that is a fraction of the paper's.</param>
sealed record ReportUnit(
    Func<Spread, string> Ours,
    Func<double, string> Published,
    Func<double, string> Difference,
    bool IsRelative = false
)
{
    const string OneDigit = "+0.0;-0.0;0.0";

    /// <summary>Metrics: fractions of one, meters, degrees.</summary>
    internal static ReportUnit Metric { get; } =
        new(ResultTable.Cell, value => Text(value, "0.####"), value => Text(value, "+0.0000;-0.0000;0.0000"));

    /// <summary>delta_p: fractions, shown in percent.</summary>
    internal static ReportUnit Percent { get; } =
        new(
            spread => $"{Text(spread.Mean * 100, "+0.00;-0.00;0.00")} %",
            value => $"{Text(value * 100, OneDigit)} %",
            value => $"{Text(value * 100, OneDigit)} %"
        );

    /// <summary>Counts, shown in millions.</summary>
    internal static ReportUnit Millions { get; } =
        new(
            spread => $"{Text(spread.Mean / 1e6, "0.00")}M",
            value => $"{Text(value / 1e6, "0.##")}M",
            value => $"{Text(value * 100, OneDigit)} %",
            IsRelative: true
        );

    static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>One number of a report: ours, the paper's, and the difference.</summary>
/// <param name="Ours">Ours over seeds; null where there is none.</param>
/// <param name="Published">The paper's; null where it prints none.</param>
/// <param name="Unit">How the three are written.</param>
sealed record ReportCell(Spread? Ours, double? Published, ReportUnit Unit)
{
    /// <summary>What stands for a number that there is not.</summary>
    internal const string Nothing = "-";

    /// <summary>Ours less the paper's, for counts as a fraction of it; null where one of them is missing.</summary>
    internal double? Difference => Unit.IsRelative ? (Ours?.Mean / Published) - 1 : Ours?.Mean - Published;

    /// <summary>The three as texts.</summary>
    internal (string Ours, string Published, string Difference) Texts =>
        (
            Ours is null ? Nothing : Unit.Ours(Ours),
            Published is { } published ? Unit.Published(published) : Nothing,
            Difference is { } difference ? Unit.Difference(difference) : Nothing
        );

    /// <summary>The three on one line.</summary>
    internal string Line =>
        Ours is null && Published is null ? Nothing
        : Difference is null ? $"{Texts.Ours} | {Texts.Published}"
        : $"{Texts.Ours} | {Texts.Published} | {Texts.Difference}";

    /// <summary>A number that is the same for every seed.</summary>
    internal static ReportCell Of(double? ours, double? published, ReportUnit unit) =>
        new(Spread.Of([ours]), published, unit);
}
