namespace EtrNlp.Cli.Display;

/// <summary>Text as LaTeX sets it.</summary>
static class Latex
{
    /// <summary>
    /// The same text with every character that LaTeX, or its oldest fonts, would take for something else written out.
    /// </summary>
    internal static string Text(string text) => string.Concat(text.Select(Character));

    /// <summary>A number, with a sign of its own width.</summary>
    internal static string Number(string text) =>
        text.Length > 1 && text[0] == '-' ? $"$-${Text(text[1..])}" : Text(text);

    static string Character(char c) =>
        c switch
        {
            '\\' => "\\textbackslash{}",
            '~' => "\\textasciitilde{}",
            '^' => "\\textasciicircum{}",
            '<' => "\\textless{}",
            '>' => "\\textgreater{}",
            '|' => "\\textbar{}",
            '"' => "\\texttt{\\char34}",
            '\'' => "\\textquotesingle{}",
            '-' => "-{}", // two are no dash
            '±' => "$\\pm$",
            '#' or '$' or '%' or '&' or '_' or '{' or '}' => $"\\{c}",
            _ => c.ToString(),
        };
}
