using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>A table of the paper with ours before the published value, for people: a row is a line.</summary>
static class ReportTable
{
    /// <summary>For a terminal or a pipe.</summary>
    internal static IRenderable Text(ReportSheet sheet)
    {
        var drawn = Screen.NewTable(
            Headers(sheet).Select((header, i) => (header, i == 0 ? Justify.Left : Justify.Right))
        );
        Array.ForEach([.. Lines(sheet)], line => drawn.AddTexts(line));
        return new Rows([
            new Text(sheet.Table.Title),
            drawn,
            .. sheet.Remarks.Select(line => new Text(line)),
            .. sheet.Paired.Text(),
            new Text(""),
        ]);
    }

    /// <summary>In Markdown.</summary>
    internal static string Markdown(ReportSheet sheet)
    {
        string[] lines =
        [
            $"## {sheet.Table.Title}",
            "",
            .. MarkdownTable.Lines([.. Headers(sheet)], Lines(sheet)),
            "",
            .. sheet.Remarks.Select(line => $"- {line}"),
            .. sheet.Paired.Markdown(),
            "",
        ];
        return string.Join('\n', lines) + "\n";
    }

    static IEnumerable<string> Headers(ReportSheet sheet) => ["row", "n", .. sheet.Headers];

    static IEnumerable<IEnumerable<string>> Lines(ReportSheet sheet) =>
        sheet.Table.Rows.Select(row =>
            (IEnumerable<string>)
                [
                    ReportSheet.NameOf(row),
                    row.Count.ToString(CultureInfo.InvariantCulture),
                    .. sheet.Cells(row).Select(cell => cell.Line),
                ]
        );
}
