using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using EtrNlp.Cli.Commands;

namespace EtrNlp.Tests.Docs;

/// <summary>A command as a document shows it, on one line and without its remark.</summary>
sealed partial record DocumentedCommand(string Text)
{
    // either way to start the program
    static readonly string[] Starts = ["etrnlp ", "dotnet run -c Release --project EtrNlp.Cli -- "];

    /// <summary>The commands of a document's shell blocks.</summary>
    public static IEnumerable<DocumentedCommand> Of(Document document) =>
        document
            .Blocks.Where(block => block.Language == "sh")
            .SelectMany(block => Continued().Replace(block.Text, " ").Split('\n'))
            .Select(line => Remark().Replace(line, ""))
            .Where(line => line.Length > 0)
            .Select(line => new DocumentedCommand(line));

    /// <summary>Variables that it sets for the program.</summary>
    public Dictionary<string, string> Environment =>
        Variables()
            .Match(Text)
            .Groups["variable"]
            .Captures.Select(one => one.Value.Split('=', 2))
            .ToDictionary(one => one[0], one => one[1]);

    /// <summary>What it gives this program; null where it starts another one.</summary>
    public string[]? Arguments
    {
        get
        {
            var command = Variables().Replace(Text, "");
            return Starts.FirstOrDefault(start => command.StartsWith(start, StringComparison.Ordinal)) is { } start
                ? [.. CommandLineParser.SplitCommandLine(command[start.Length..])]
                : null;
        }
    }

    /// <summary>The script that it starts by another program, if it does.</summary>
    public string? Script => ScriptName().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>What the program's own parser finds wrong with it.</summary>
    public IReadOnlyList<string> Mistakes => UsageMistakes.Of(CommandLine.Root().Parse(Arguments!));

    [GeneratedRegex(@" *\\\n *")]
    private static partial Regex Continued();

    [GeneratedRegex(@"\s*(^|\s)#.*$")]
    private static partial Regex Remark();

    [GeneratedRegex(@"^(?:(?<variable>[A-Z_]+=\S+) )*")]
    private static partial Regex Variables();

    [GeneratedRegex(@"^(?:bash|python3) (\S+)")]
    private static partial Regex ScriptName();
}
