using System.CommandLine;
using System.CommandLine.Parsing;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>What is wrong with a command line, with the nearest right word for each wrong one.</summary>
static class UsageMistakes
{
    /// <summary>One sentence for each mistake; none where there is none.</summary>
    internal static IReadOnlyList<string> Of(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var options = command.Options.Union(parse.RootCommandResult.Command.Options.Where(option => option.Recursive));
        var words = command.Subcommands.Select(sub => sub.Name).Concat(options.Select(option => option.Name)).ToArray();
        var help = $"see {Typed(command)} --help";
        var unknown = parse
            .UnmatchedTokens.Concat(OptionsTakenForArguments(parse))
            .Select(word =>
            {
                var kind = word.StartsWith('-') ? "option" : "word";
                var advice = NearestName.Near(word, words) is { } near ? $"did you mean '{near}'?" : help;
                return $"etrnlp: unknown {kind} '{word}'; {advice}";
            })
            .ToArray();
        return unknown.Length > 0
            ? unknown
            : [.. parse.Errors.Select(error => $"etrnlp: {WithoutTypeName(error.Message)}; {help}").Distinct()];
    }

    // "etrnlp data inspect"
    static string Typed(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent
            ? $"{Typed(parent)} {command.Name}"
            : "etrnlp";

    // "... as expected type 'System.UInt32'." says nothing to people.
    static string WithoutTypeName(string message) => message.Split(" as expected type", 2)[0].TrimEnd('.');

    // The parser gives a word it does not know to an argument that has room for it.
    static IEnumerable<string> OptionsTakenForArguments(ParseResult parse) =>
        parse
            .CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Where(word => word.StartsWith("--", StringComparison.Ordinal));
}
