using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Display;

/// <summary>A sentence about a process and, indented below it, what that said last.</summary>
static class WithLog
{
    /// <summary>The sentence, then the lines.</summary>
    internal static IEnumerable<string> Lines(string sentence, IEnumerable<string> said) =>
        said.Select(line => $"    {line}").Prepend(sentence).Select(Printable.Line);
}
