using System.Globalization;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// A table of the paper with ours before the published value: ours ± deviation | paper's | difference, delta_p in
/// percent.
/// </summary>
static class ReportTable
{
    const string Nothing = "-";
    const string Mark = "*";
    const string OneDigit = "+0.0;-0.0;0.0";

    /// <summary>For a terminal or a pipe.</summary>
    internal static IRenderable Text(PaperTable table, Func<ReportRow, string> command)
    {
        var drawn = Screen.NewTable(
            Headers(table).Select((header, i) => (header, i == 0 ? Justify.Left : Justify.Right))
        );
        foreach (var row in table.Rows)
        {
            drawn.AddTexts(Cells(table, row));
        }

        return new Rows([
            new Text(Title(table)),
            drawn,
            .. Remarks(table, command).Select(line => new Text(line)),
            new Text(""),
        ]);
    }

    /// <summary>The lines of the table in Markdown.</summary>
    internal static IEnumerable<string> Markdown(PaperTable table, Func<ReportRow, string> command) =>
        [
            $"## {Title(table)}",
            "",
            .. MarkdownTable.Lines([.. Headers(table)], table.Rows.Select(row => Cells(table, row))),
            "",
            .. Remarks(table, command).Select(line => $"- {line}"),
            "",
        ];

    static string Title(PaperTable table) =>
        $"Table {table.Table}{(table.Problem.Length > 0 ? $", {table.Problem}" : "")}";

    static IEnumerable<string> Headers(PaperTable table) =>
        ["row", "n", .. table.Metrics, PaperRow.DeltaPName, "#P", .. HasMacs(table) ? ["#F"] : Array.Empty<string>()];

    static bool HasMacs(PaperTable table) => table.Rows.Any(row => row.Paper.Macs is not null);

    static IEnumerable<string> Cells(PaperTable table, ReportRow row) =>
        [
            row.Paper.Method + (row.Paper.Note is null ? "" : Mark),
            $"{row.Ours?.Runs.Length ?? 0}",
            .. table.Metrics.Select(metric => Metric(row.Of(metric), Published(row, metric))),
            DeltaP(table.DeltaPOf(row), Published(row, PaperRow.DeltaPName)),
            Count(row.Plan.ActiveParameters, row.Paper.Parameters),
            .. HasMacs(table) ? [Count(row.Counts.Macs, row.Paper.Macs)] : Array.Empty<string>(),
        ];

    static IEnumerable<string> Remarks(PaperTable table, Func<ReportRow, string> command) =>
        [
            "ours ± standard deviation (n - 1) over n seeds | the paper's | the difference; "
                + "#P of one task's forward pass",
            .. table
                .Rows.Where(row => row.Paper.Note is not null)
                .Select(row => $"{Mark} {row.Paper.Method}: {row.Paper.Note}"),
            .. table
                .Rows.Where(row => row.Missing.Length > 0)
                .Select(row => $"missing {row.Paper.Method}, seeds {string.Join(", ", row.Missing)}: {command(row)}"),
        ];

    static double? Published(ReportRow row, string name) =>
        row.Paper.Published.Where(pair => pair.Key == name).Select(pair => (double?)pair.Value).FirstOrDefault();

    static string Metric(Spread? ours, double? published) =>
        Cell(
            ResultTable.Cell(ours),
            published?.ToString("0.####", CultureInfo.InvariantCulture),
            (ours?.Mean - published)?.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture)
        );

    static string DeltaP(double? ours, double? published) =>
        Cell(Percent(ours, "+0.00;-0.00;0.00"), Percent(published, OneDigit), Percent(ours - published, OneDigit));

    static string? Percent(double? fraction, string format) =>
        fraction is null ? null : $"{(fraction * 100)?.ToString(format, CultureInfo.InvariantCulture)} %";

    static string Count(long? ours, double? published) =>
        Cell(
            Millions(ours, "0.00"),
            Millions(published, "0.##"),
            ((ours / published) - 1)?.ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture)
        );

    static string? Millions(double? count, string format) =>
        count is null ? null : $"{(count / 1e6)?.ToString(format, CultureInfo.InvariantCulture)}M";

    static string Cell(string? ours, string? published, string? difference) =>
        ours is null && published is null ? Nothing
        : $"{ours ?? Nothing} | {published ?? Nothing}{(difference is null ? "" : $" | {difference}")}";
}
