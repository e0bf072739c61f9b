using System.ComponentModel;
using System.Diagnostics;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Processes;

/// <summary>
/// Trains a run by <c>etrnlp train</c> in a process of its own, which stops with a checkpoint when this one asks it to
/// or ends.
/// </summary>
/// <param name="devices">What runs compute on.</param>
/// <param name="options">Other options of <c>train</c>, that all runs share.</param>
/// <param name="kill">Ends processes at once.</param>
sealed class TrainingProcess(DeviceSlots devices, IReadOnlyList<string> options, CancellationToken kill)
{
    const int KeptLines = 8;

    /// <summary>The program that this assembly is the library of, which stands beside it.</summary>
    internal static string Executable =>
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "etrnlp.exe" : "etrnlp");

    /// <summary>What a cluster's job would type as well.</summary>
    internal static string[] Arguments(SweepRun run, string device, IReadOnlyList<string> options) =>
        [
            "train",
            run.ExperimentPath,
            "--set",
            FormattableString.Invariant($"seeds=[{run.Seed}]"),
            "--runs",
            Path.GetDirectoryName(Path.GetDirectoryName(run.Folder.Path)!)!,
            "--device",
            device,
            .. options,
        ];

    /// <summary>Runs it to its end, on the device of a free place.</summary>
    internal Task<ProcessEnd> Train(SweepRun run, Action<string> said, CancellationToken stop) =>
        devices.On(device => Train(Arguments(run, device, options), said, stop));

    async Task<ProcessEnd> Train(string[] arguments, Action<string> said, CancellationToken stop)
    {
        using var process = Start([.. arguments, "--stop-with-parent"]);
        // its --stop-with-parent reads on until then
        await using var stopping = stop.Register(() => CloseInput(process));
        await using var killing = kill.Register(() => process.Kill(entireProcessTree: true));
        var results = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var lines = new Queue<string>();
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            said(line);
            lines.Enqueue(line);
            if (lines.Count > KeptLines)
            {
                lines.Dequeue();
            }
        }

        await results;
        await process.WaitForExitAsync(CancellationToken.None);
        return new ProcessEnd(process.ExitCode, [.. lines]);
    }

    static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo(Executable, arguments)
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
        }
        catch (Win32Exception e)
        {
            throw new RunException($"{Executable} cannot be started: {e.Message}", e);
        }
    }

    static void CloseInput(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended by itself.
        }
    }
}
