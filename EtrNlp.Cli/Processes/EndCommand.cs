using System.Diagnostics;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;

namespace EtrNlp.Cli.Processes;

/// <summary>A command of the user's shell that is run once when work has ended, with the result before it.</summary>
static class EndCommand
{
    /// <summary>Runs it to its end, the result as JSON on its standard input; passes on what it says.</summary>
    /// <exception cref="RunException">It could not be run, or failed.</exception>
    internal static async Task Run(string command, JsonNode result, TextWriter said)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Shell, [OperatingSystem.IsWindows() ? "/c" : "-c", command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var writing = Write(process, result);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            await said.WriteLineAsync(line);
        }

        await writing;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new RunException(
                FormattableString.Invariant($"the command of --on-end ended with exit code {process.ExitCode}; ")
                    + "the results are in the run folders"
            );
        }
    }

    static string Shell => OperatingSystem.IsWindows() ? "cmd.exe" : "/bin/sh";

    // It need not read what it is told.
    static async Task Write(Process process, JsonNode result)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(result.ToJsonString());
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Its end of the pipe is closed.
        }
    }
}
