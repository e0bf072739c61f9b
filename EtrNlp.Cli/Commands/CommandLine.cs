using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EtrNlp.Cli.Processes;

namespace EtrNlp.Cli.Commands;

/// <summary>All commands, and the one place where a failure becomes a sentence and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>
    /// Runs one command line; see <see cref="ExitCode"/> for what it returns. Never throws, never prints a stack trace.
    /// </summary>
    public static async Task<int> RunAsync(string[] args, Outlet output, Outlet error)
    {
        var parse = Root().Parse(args.Length == 0 ? ["--help"] : args);
        if (IsToComplete(parse))
        {
            return await CompleteAsync(parse, output);
        }

        if (UsageMistakes.Of(parse) is { Count: > 0 } mistakes)
        {
            return await Say(new Failure(ExitCode.WrongInput, mistakes), error);
        }

        var code = await InvokeAsync(parse, output, error);
        return output.Failure is { } reason ? await Say(Failure.Unwritten(parse, reason, code), error) : code;
    }

    static async Task<int> InvokeAsync(ParseResult parse, Outlet output, Outlet error)
    {
        // A synchronous command has nothing to save: a signal simply ends it.
        using var signals = parse.Action is AsynchronousCommandLineAction ? new StopSignals(error) : null;
        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = Quiet.Results(parse, output),
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parse.InvokeAsync(configuration, signals?.Token ?? CancellationToken.None);
        }
        catch (Exception e)
        {
            return await Say(Failure.Of(e, signals?.First), error);
        }
    }

    // A shell asks, by [suggest:position], what may stand somewhere in half a command line, which is no mistake.
    static bool IsToComplete(ParseResult parse) =>
        ((RootCommand)parse.RootCommandResult.Command)
            .Directives.OfType<SuggestDirective>()
            .Any(one => parse.GetResult(one) is not null);

    static async Task<int> CompleteAsync(ParseResult parse, Outlet output)
    {
        using var words = new StringWriter();
        try
        {
            await parse.InvokeAsync(
                new InvocationConfiguration { Output = words, EnableDefaultExceptionHandler = false }
            );
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            return ExitCode.Done; // what the library cannot read yet it cannot complete
        }

        output.Write(words.ToString());
        return ExitCode.Done;
    }

    static async Task<int> Say(Failure failure, TextWriter error)
    {
        foreach (var sentence in failure.Sentences)
        {
            await error.WriteLineAsync(sentence);
        }

        return failure.Code;
    }

    /// <summary>The program's commands and options.</summary>
    internal static RootCommand Root()
    {
        var root = new RootCommand("Runs multi-task-learning experiments: one YAML file describes one experiment.")
        {
            TrainCommand.Create(),
            SweepCommand.Create(),
            EvalCommand.Create(),
            PredictCommand.Create(),
            ExportCommand.Create(),
            RunsCommand.Create(),
            CompareCommand.Create(),
            ReportCommand.Create(),
            ReproduceCommand.Create(),
            AnalyzeCommand.Create(),
            ProfileCommand.Create(),
            ValidateCommand.Create(),
            DataCommand.Create(),
            ListCommand.Create(),
            BenchCommand.Create(),
            InfoCommand.Create(),
            CompletionCommand.Create(),
            Quiet.Option(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        Array.ForEach(["/h", "/?"], name => help.Aliases.Remove(name)); // a path may look like that
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }
}
