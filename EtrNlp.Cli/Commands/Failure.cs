using System.CommandLine;
using System.Runtime.InteropServices;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>Mistakes of several input files, found before anything was computed.</summary>
sealed class WrongInputException(IReadOnlyList<string> sentences) : Exception(string.Join('\n', sentences))
{
    /// <summary>One for each mistake.</summary>
    public IReadOnlyList<string> Sentences { get; } = sentences;
}

/// <summary>What an exception means to people, as sentences, and to the shell, as an exit code.</summary>
sealed record Failure(int Code, IReadOnlyList<string> Sentences)
{
    const string Kept = "the results are in the run folders";
    const string Again = "send it elsewhere, or repeat the command";
    const string Saved = "what was trained is saved, the same command goes on from there";

    /// <summary>
    /// The meaning of an exception; <paramref name="signal"/> is what stopped the program, if anything did.
    /// </summary>
    public static Failure Of(Exception e, PosixSignal? signal = null) =>
        e switch
        {
            AggregateException several => Of(several.Flatten().InnerExceptions[0], signal),
            WrongInputException wrong => new(ExitCode.WrongInput, wrong.Sentences),
            ConfigException wrong => new(ExitCode.WrongInput, [.. wrong.Errors.Select(error => $"{error}")]),
            DataException => new(ExitCode.WrongInput, [Named(e.Message)]),
            LeaseLostException => new(ExitCode.TakenOver, [Named(e.Message)]),
            OperationCanceledException when signal is { } asked and not PosixSignal.SIGINT => new(
                ExitCode.Terminated,
                [Named($"stopped by {StopSignals.NameOf(asked)}; {Saved}")]
            ),
            OperationCanceledException => new(ExitCode.Interrupted, [Named($"stopped; {Saved}")]),
            RunException or TorchLibraryException or IOException or UnauthorizedAccessException => new(
                ExitCode.Failed,
                [Named(e.Message)]
            ),
            _ when RunException.Of(e) is { } failed => new(ExitCode.Failed, [Named(failed.Message)]),
            _ => new(
                ExitCode.Failed,
                [Named($"this should not have happened, please report it: {e.GetType().Name}: {FirstLine(e.Message)}")]
            ),
        };

    /// <summary>
    /// What it means that standard output could not be written: nothing is lost if the results are in files as well.
    /// </summary>
    public static Failure Unwritten(ParseResult parse, string reason, int code) =>
        parse.CommandResult.Command is ExampleCommand command && command.Keeps(parse)
            ? new(code, [Named($"the table could not be written to standard output ({reason}); {Kept}")])
            : new(
                code == ExitCode.Done ? ExitCode.Failed : code,
                [Named($"standard output could not be written: {reason}; {Again}")]
            );

    static string Named(string sentence) => $"etrnlp: {sentence}";

    // libtorch's messages end in a trace of its own.
    static string FirstLine(string message) => message.ReplaceLineEndings("\n").Split('\n')[0];
}
