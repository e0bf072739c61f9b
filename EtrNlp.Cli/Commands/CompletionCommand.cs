using System.CommandLine;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp completion SHELL</c>: a script by which a shell completes commands, options, their values and files.
/// </summary>
static class CompletionCommand
{
    static readonly string[] Shells = ["bash", "zsh", "pwsh"];

    internal static Command Create()
    {
        var shell = new Argument<string>("shell")
        {
            Description = $"{string.Join(", ", Shells[..^1])} or {Shells[^1]}.",
        };
        shell.CompletionSources.Add(Shells);
        var command = new ExampleCommand(
            "completion",
            "Print a script by which a shell completes what is typed; its first lines say how to use it.",
            "source <(etrnlp completion bash)"
        )
        {
            shell,
        };
        command.SetAction(parse => parse.InvocationConfiguration.Output.Write(ScriptOf(parse.GetRequiredValue(shell))));
        return command;
    }

    static string ScriptOf(string shell)
    {
        if (!Shells.Contains(shell))
        {
            throw new DataException($"there is no completion for '{shell}'{NearestName.Hint(shell, Shells)}");
        }

        using var script = new StreamReader(
            typeof(CompletionCommand).Assembly.GetManifestResourceStream($"etrnlp.{shell}")!
        );
        return script.ReadToEnd();
    }
}
