using System.Text.RegularExpressions;

namespace EtrNlp.Cli.Display;

/// <summary>Text as LaTeX sets it.</summary>
static partial class Latex
{
    /// <summary>
    /// The same text with every character that LaTeX, or its oldest fonts, would take for something else written out.
    /// </summary>
    internal static string Text(string text) => string.Concat(text.Select(Character));

    /// <summary>Text of numbers: what stands before a digit is a minus and no hyphen.</summary>
    internal static string Number(string text) => Hyphen().Replace(Text(text), "$$-$$");

    [GeneratedRegex(@"-\{\}(?=[0-9])")]
    private static partial Regex Hyphen();

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
