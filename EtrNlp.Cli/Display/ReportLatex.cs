using System.Globalization;
using EtrNlp.Core.Reports;

namespace EtrNlp.Cli.Display;

/// <summary>
/// A table of the paper beside ours for a LaTeX document that loads <c>graphicx</c>: three lines a row, ours over the
/// paper's over the difference. What has too many rows or columns for a page is divided.
/// </summary>
static class ReportLatex
{
    const int RowsOfPart = 12;
    const int ColumnsOfPart = 6;

    internal static string Of(ReportSheet sheet)
    {
        var parts = (
            from rows in sheet.Table.Rows.Chunk(RowsOfPart)
            from columns in Enumerable.Range(0, sheet.Headers.Count).Chunk(ColumnsOfPart)
            select (Rows: rows, Columns: columns)
        ).ToArray();
        string[] lines =
        [
            .. parts.SelectMany(
                (part, i) => Part(sheet, part.Rows, part.Columns, Caption(sheet.Table.Title, i, parts.Length))
            ),
            .. Paired(sheet),
            "{\\footnotesize\\raggedright",
            $"\\textbf{{{Latex.Text(sheet.Table.Title)}}}\\par",
            .. sheet.Remarks.Concat(sheet.Paired.Remarks).Select(line => $"{Latex.Text(line)}\\par"),
            "}",
            "",
        ];
        return string.Join('\n', lines) + "\n";
    }

    static IEnumerable<string> Paired(ReportSheet sheet) =>
        sheet
            .Paired.Cells.Select(cells => Row([Latex.Text(cells[0]), .. cells[1..].Select(Latex.Number)]))
            .Chunk(RowsOfPart)
            .ToArray()
            is var parts
            ? parts.SelectMany(
                (rows, i) =>
                    Table(
                        $"{Caption(sheet.Table.Title, i, parts.Length)}: delta_p paired by seed",
                        PairedTable.Headers,
                        rows.Append("\\hline")
                    )
            )
            : [];

    static string Caption(string title, int part, int parts) =>
        title + (parts == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({part + 1} of {parts})"));

    static IEnumerable<string> Part(ReportSheet sheet, ReportRow[] rows, int[] columns, string caption) =>
        Table(
            $"{caption}: ours, the paper's, the difference",
            ["row", "n", .. columns.Select(column => sheet.Headers[column])],
            rows.SelectMany(row =>
            {
                var cells = sheet.Cells(row);
                return Lines(row, [.. columns.Select(column => cells[column].Texts)]);
            })
        );

    static IEnumerable<string> Table(string caption, IReadOnlyList<string> headers, IEnumerable<string> lines) =>
        [
            "\\begin{table}[htbp]",
            "\\centering",
            $"\\caption{{{Latex.Text(caption)}}}",
            "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%",
            $"\\begin{{tabular}}{{l{new string('r', headers.Count - 1)}}}",
            "\\hline",
            Row(headers.Select(Latex.Text)),
            "\\hline",
            .. lines,
            "\\end{tabular}}",
            "\\end{table}",
            "",
        ];

    static string[] Lines(ReportRow row, (string Ours, string Published, string Difference)[] cells) =>
        [
            Row([
                Latex.Text(ReportSheet.NameOf(row)),
                row.Count.ToString(CultureInfo.InvariantCulture),
                .. cells.Select(cell => Latex.Number(cell.Ours)),
            ]),
            Row(["\\quad paper", "", .. cells.Select(cell => Latex.Number(cell.Published))]),
            Row(["\\quad difference", "", .. cells.Select(cell => Latex.Number(cell.Difference))]),
            "\\hline",
        ];

    static string Row(IEnumerable<string> cells) => $"{string.Join(" & ", cells)} \\\\";
}
