using System.Net;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Pages;

/// <summary>Elements of a page. Whatever comes from files is escaped here, and shown as on a terminal.</summary>
static class Html
{
    /// <summary>A text that is no markup.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(Printable.Line(text));

    /// <summary>A part of the page with its heading and what is shown in it; empty without content.</summary>
    internal static string Section(string heading, string sentence, params IEnumerable<string> content)
    {
        var inner = string.Concat(content);
        return inner.Length == 0
            ? ""
            : $"<section>\n<h2>{Text(heading)}</h2>\n<p>{Text(sentence)}</p>\n{inner}</section>\n";
    }

    /// <summary>A table: its first column is text, the others are numbers unless said otherwise.</summary>
    internal static string Table(
        IEnumerable<string> headers,
        IEnumerable<IEnumerable<string>> rows,
        bool ofNumbers = true
    )
    {
        var head = Row("th", headers);
        return $"<div class=\"wide\"><table{(ofNumbers ? " class=\"numbers\"" : "")}>\n<thead>{head}</thead>\n<tbody>\n"
            + string.Join('\n', rows.Select(row => Row("td", row)))
            + "\n</tbody>\n</table></div>\n";
    }

    /// <summary>Sentences below a table.</summary>
    internal static string Remarks(IEnumerable<string> lines) =>
        $"<ul>{string.Concat(lines.Select(line => $"<li>{Text(line)}</li>"))}</ul>\n";

    /// <summary>A drawing with its caption.</summary>
    internal static string Figure(string drawing, string caption) =>
        $"<figure>{drawing}<figcaption>{Text(caption)}</figcaption></figure>\n";

    static string Row(string cell, IEnumerable<string> texts) =>
        $"<tr>{string.Concat(texts.Select(text => $"<{cell}>{Breakable(text)}</{cell}>"))}</tr>";

    // Names of metrics are long words, and a table of many must find room; a number keeps its unit.
    static string Breakable(string text) =>
        Text(text).Replace("_", "_<wbr>", StringComparison.Ordinal).Replace(" %", "&nbsp;%", StringComparison.Ordinal);
}
