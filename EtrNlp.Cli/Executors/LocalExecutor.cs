using System.CommandLine;
using System.Runtime.InteropServices;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>Processes of this machine.</summary>
sealed class LocalChoice : IExecutorChoice
{
    public string Name => "local";

    public string Summary => "processes of this machine, --jobs at a time";

    public IReadOnlyList<Option> Options => [];

    public int Threads(ParseResult parse, SweepFile? file) => IExecutorChoice.SharedCores(parse);

    public IExecutor Create(ExecutorRequest request) => new LocalExecutor(request);
}

/// <summary>
/// Runs as child processes, several at a time: a signal stops them with a checkpoint, a second Ctrl+C at once.
/// </summary>
/// <param name="request">How many run at a time, where, and with what.</param>
sealed class LocalExecutor(ExecutorRequest request) : IExecutor
{
    readonly DeviceSlots _devices = request.Devices();

    public async Task<Outcome> TrainAsync(Sweep sweep, CancellationToken cancellation)
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
        using var progress = new SweepProgress(sweep, request.Error, request.Notices, TimeProvider.System);
        using var said = cancellation.Register(() =>
            progress.Note("stopping every run with a checkpoint; Ctrl+C again ends them at once")
        );
        var training = new TrainingProcess(_devices, request.OfRuns, kill.Token);
        var failed = await new SweepRunner(request.Jobs ?? 1, training.Train, progress).RunAsync(sweep, cancellation);
        return new Outcome(failed, HandedOver: false);
    }
}
