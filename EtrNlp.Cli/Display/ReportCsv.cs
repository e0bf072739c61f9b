using System.Globalization;
using EtrNlp.Core.Reports;
using EtrNlp.Data.Files;

namespace EtrNlp.Cli.Display;

/// <summary>
/// Tables of the paper beside ours as one list of comma-separated values, unrounded: fractions and counts. A column
/// that a table does not have is empty in its rows.
/// </summary>
static class ReportCsv
{
    static readonly string[] Before = ["table", "problem", "row", "n", "missing_seeds", "note", "command"];
    static readonly string[] Numbered = ["mean", "std", "paper", "difference"];

    internal static string Of(IReadOnlyList<ReportSheet> sheets)
    {
        string[] headers = [.. sheets.SelectMany(sheet => sheet.Headers).Distinct()];
        return CsvText.Of(
            sheets
                .SelectMany(sheet => sheet.Table.Rows.Select(row => Line(sheet, row, headers)))
                .Prepend([.. Before, .. headers.SelectMany(Names), .. PairedTable.CsvHeaders])
        );
    }

    // delta_p task mean is called delta_p.task_mean in every other file.
    static IEnumerable<string> Names(string header)
    {
        var words = header.Split(' ', 2);
        var name = string.Join('.', words.Select(word => word.Replace(' ', '_')));
        return Numbered.Select(number => $"{name}.{number}");
    }

    static IEnumerable<string> Line(ReportSheet sheet, ReportRow row, string[] headers)
    {
        var cells = sheet.Headers.Zip(sheet.Cells(row)).ToDictionary(pair => pair.First, pair => pair.Second);
        return
        [
            row.Paper.Table,
            row.Paper.Problem,
            row.Name,
            Number(row.Count),
            string.Join(' ', row.Ours?.Missing ?? []),
            row.Paper.Note ?? "",
            sheet.CommandOf(row) ?? "",
            .. headers.SelectMany(header => Numbers(cells.GetValueOrDefault(header))),
            .. PairedTable.Csv(sheet.Table.DeltaPOverSeedsOf(row), Number, sheet.Table.RefusalOf(row)),
        ];
    }

    static IEnumerable<string> Numbers(ReportCell? cell) =>
        new[] { cell?.Ours?.Mean, cell?.Ours?.Deviation, cell?.Published, cell?.Difference }.Select(Number);

    static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
