using System.CommandLine;
using System.Runtime.InteropServices;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// The runs of a sweep as child processes: a signal stops them with a checkpoint, a second Ctrl+C at once.
/// </summary>
/// <param name="jobs">How many run at a time.</param>
/// <param name="devices">Where they run.</param>
/// <param name="options">What each is started with.</param>
sealed class SweepTraining(int jobs, DeviceSlots devices, string[] options)
{
    /// <summary>Trains what has no result yet and returns what failed.</summary>
    public async Task<IReadOnlyList<FailedRun>> RunAsync(
        Sweep sweep,
        ParseResult parse,
        CancellationToken cancellation
    )
    {
        using var kill = new CancellationTokenSource();
        var interrupts = 0;
        using var second = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            _ =>
            {
                if (Interlocked.Increment(ref interrupts) > 1)
                {
                    kill.Cancel();
                }
            }
        );
        using var progress = new SweepProgress(
            sweep,
            parse.InvocationConfiguration.Error,
            parse.Notices(),
            TimeProvider.System
        );
        using var said = cancellation.Register(() =>
            progress.Note("stopping every run with a checkpoint; Ctrl+C again ends them at once")
        );
        return await new SweepRunner(jobs, new TrainingProcess(devices, options, kill.Token).Train, progress).RunAsync(
            sweep,
            cancellation
        );
    }
}
