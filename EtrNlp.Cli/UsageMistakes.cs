using System.CommandLine;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli;

/// <summary>What is wrong with a command line, with the nearest right word for each wrong one.</summary>
static class UsageMistakes
{
    internal static IReadOnlyList<string> Of(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var words = command.Subcommands.Select(sub => sub.Name).Concat(command.Options.Select(option => option.Name)).ToArray();
        var help = $"see {string.Join(' ', parse.CommandResult.Command.Parents.Select(parent => parent.Name).Append(command.Name))} --help";
        var unknown = parse.UnmatchedTokens.Select(word => $"etrnlp: unknown word '{word}'{NearestName.NearHint(word, words)}; {help}").ToArray();
        return unknown.Length > 0 ? unknown : [.. parse.Errors.Select(error => $"etrnlp: {error.Message.TrimEnd('.')}; {help}").Distinct()];
    }
}
