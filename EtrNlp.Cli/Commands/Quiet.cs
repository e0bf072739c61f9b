using System.CommandLine;
using System.CommandLine.Parsing;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>--quiet</c>, which every command knows: errors are said, and what a program asked for; nothing else is.
/// </summary>
static class Quiet
{
    const string Name = "--quiet";

    // What these print is meant for programs.
    static readonly string[] ForPrograms =
    [
        CommonOptions.JsonName,
        ListCommand.SchemaName,
        ValidateCommand.ResolvedName,
    ];

    internal static Option<bool> Option() =>
        new(Name)
        {
            Description = "Print nothing but errors, and what programs read (--json) where it is asked for.",
            Recursive = true,
        };

    /// <summary>Where results go.</summary>
    internal static TextWriter Results(ParseResult parse, TextWriter output) =>
        IsWanted(parse)
        && !parse
            .CommandResult.Children.OfType<OptionResult>()
            .Any(option => !option.Implicit && ForPrograms.Contains(option.Option.Name))
            ? TextWriter.Null
            : output;

    /// <summary>Where progress and remarks go; errors go to the error writer.</summary>
    internal static TextWriter Notices(this ParseResult parse) =>
        IsWanted(parse) ? TextWriter.Null : parse.InvocationConfiguration.Error;

    static bool IsWanted(ParseResult parse) => parse.GetValue<bool>(Name);
}
