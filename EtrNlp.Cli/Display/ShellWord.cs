namespace EtrNlp.Cli.Display;

/// <summary>Arguments of a command that is printed to be pasted into a shell.</summary>
static class ShellWord
{
    // Beside letters and digits; a separator of paths is one wherever it is shown.
    static readonly string Plain = $"-_.,:=+@%/{Path.DirectorySeparatorChar}";

    /// <summary>An argument, in quotes where a shell would take it for something else.</summary>
    internal static string Of(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c)) ? text : Quoted(text);

    /// <summary>An argument in quotes.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
