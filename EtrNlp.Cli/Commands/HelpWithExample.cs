using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EtrNlp.Cli.Commands;

/// <summary>A command whose help ends with a line that can be typed as it stands.</summary>
class ExampleCommand(string name, string description, string example) : Command(name, description)
{
    /// <summary>What to type.</summary>
    public string Example => example;

    /// <summary>If what the command prints can be read again from files that it has written.</summary>
    public Func<ParseResult, bool> WritesFiles { get; set; } = _ => false;

    /// <summary>True if what a command line printed is in files as well, which its help is not.</summary>
    public bool Keeps(ParseResult parse) => parse.Action == Action && WritesFiles(parse);
}

/// <summary>The help of a command, then its example.</summary>
sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true; // help is asked for where something is missing

    public override int Invoke(ParseResult parseResult)
    {
        // What the command above takes is nothing that stands before this one's name.
        foreach (var above in parseResult.CommandResult.Command.Parents.OfType<Command>())
        {
            Array.ForEach([.. above.Arguments], argument => argument.Hidden = true);
        }

        var code = help.Invoke(parseResult);
        var example =
            (parseResult.CommandResult.Command as ExampleCommand)?.Example ?? "etrnlp train experiments/smoke.yaml";
        parseResult.InvocationConfiguration.Output.Write($"Example:\n  {example}\n\n");
        return code;
    }
}
