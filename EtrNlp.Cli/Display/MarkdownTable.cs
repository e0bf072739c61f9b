namespace EtrNlp.Cli.Display;

/// <summary>A table in Markdown: its first column is text, the others are numbers.</summary>
static class MarkdownTable
{
    /// <summary>Its lines.</summary>
    internal static IEnumerable<string> Lines(IReadOnlyList<string> headers, IEnumerable<IEnumerable<string>> rows) =>
        [Line(headers), Line(headers.Select((_, i) => i == 0 ? "---" : "---:")), .. rows.Select(Line)];

    static string Line(IEnumerable<string> cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
