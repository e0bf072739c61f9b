using System.CommandLine;
using System.CommandLine.Invocation;
using EtrNlp.Core.Native;

namespace EtrNlp.Cli;

/// <summary>All commands, and the one place where a failure becomes a sentence and an exit code.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan TimeToSave = TimeSpan.FromMinutes(1); // after Ctrl+C, for a checkpoint

    /// <summary>Runs one command line: 0 done, 1 failed, 2 wrong input.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var parse = Root().Parse(args);
        if (parse.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = args.Length == 0;
        }

        try
        {
            var code = await parse.InvokeAsync(new InvocationConfiguration
            {
                Output = parse.Errors.Count > 0 ? error : output, // suggestions are not what a program would read
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToSave,
            });
            return parse.Errors.Count > 0 ? ExitCode.WrongInput : code;
        }
        catch (Exception e)
        {
            await error.WriteLineAsync($"etrnlp: {Sentence(e)}");
            return ExitCode.Failed;
        }
    }

    private static string Sentence(Exception e) => e switch
    {
        TorchLibraryException or IOException or UnauthorizedAccessException => e.Message,
        _ => $"this should not have happened, please report it: {e.GetType().Name}: {e.Message}",
    };

    private static RootCommand Root() => new("Runs multi-task-learning experiments: one YAML file describes one experiment.")
    {
        TrainCommand.Create(),
        BenchCommand.Create(),
        InfoCommand.Create(),
    };
}
