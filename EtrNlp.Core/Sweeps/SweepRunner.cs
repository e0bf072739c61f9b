using System.Collections.Concurrent;
using EtrNlp.Core.Checkpoints;

namespace EtrNlp.Core.Sweeps;

/// <summary>How a process that trained one run ended: its exit code and the last lines it said.</summary>
public sealed record ProcessEnd(int Code, IReadOnlyList<string> LastLines);

/// <summary>A run that has no result, and why.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reason">How its process ended, or why it was not started.</param>
/// <param name="LastLines">What the process said last.</param>
public sealed record FailedRun(SweepRun Run, string Reason, IReadOnlyList<string> LastLines);

/// <summary>Follows a sweep; members may be called from several threads at once.</summary>
public interface ISweepObserver
{
    /// <summary>A process was started for a run, or waits until another one leaves its folder.</summary>
    void Started(SweepRun run);

    /// <summary>What the newest line about a run is.</summary>
    void Said(SweepRun run, string line);

    /// <summary>The run has a result; <paramref name="before"/> where it had it before the sweep was started.</summary>
    void Finished(SweepRun run, bool before);

    /// <summary>The run has no result, and the sweep goes on without.</summary>
    void Failed(FailedRun failed);
}

/// <summary>Trains what is missing of a sweep, several runs at a time, each by a process of its own.</summary>
/// <param name="jobs">Processes at a time.</param>
/// <param name="train">
/// Trains one run in a process; passes on what it says; asks it to stop with a checkpoint where that is wanted.
/// </param>
/// <param name="observer">Hears of everything.</param>
public sealed class SweepRunner(
    int jobs,
    Func<SweepRun, Action<string>, CancellationToken, Task<ProcessEnd>> train,
    ISweepObserver observer
)
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentBag<FailedRun> _failed = [];

    /// <summary>
    /// Trains what has no result, the baseline's runs first; returns what failed, in the order of the sweep.
    /// </summary>
    /// <exception cref="OperationCanceledException">Stopped on request, after every process has ended.</exception>
    public async Task<IReadOnlyList<FailedRun>> RunAsync(Sweep sweep, CancellationToken cancellation)
    {
        foreach (
            var stage in new[]
            {
                sweep.Runs.Where(run => run.Configuration == sweep.Baseline),
                sweep.Runs.Where(run => run.Configuration != sweep.Baseline),
            }
        )
        {
            await Parallel.ForEachAsync(
                stage,
                new ParallelOptions { MaxDegreeOfParallelism = jobs },
                async (run, _) => await Train(run, cancellation)
            );
            cancellation.ThrowIfCancellationRequested();
        }

        return [.. _failed.OrderBy(failed => sweep.Runs.IndexOf(failed.Run))];
    }

    async Task Train(SweepRun run, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return;
        }

        if (run.Folder.IsDone)
        {
            observer.Finished(run, before: true);
        }
        else if (run.Needs is { Folder.IsDone: false })
        {
            Fail(new FailedRun(run, $"was not started: its baseline {run.Needs.Title} is not done", []));
        }
        else
        {
            observer.Started(run);
            await TrainMissing(run, cancellation);
        }
    }

    async Task TrainMissing(SweepRun run, CancellationToken cancellation)
    {
        await UntilNobodyWorksIn(run, cancellation);
        var end =
            run.Folder.IsDone || cancellation.IsCancellationRequested
                ? null
                : await train(run, line => observer.Said(run, line), cancellation);
        if (run.Folder.IsDone)
        {
            observer.Finished(run, before: false);
        }
        else if (!cancellation.IsCancellationRequested)
        {
            Fail(new FailedRun(run, $"ended with exit code {end?.Code} and no result", end?.LastLines ?? []));
        }
    }

    // A process of a sweep that was killed may still be saving; a user may be training the same run.
    async Task UntilNobodyWorksIn(SweepRun run, CancellationToken cancellation)
    {
        for (var isFirst = true; !cancellation.IsCancellationRequested && RunLease.IsTaken(run.Folder); isFirst = false)
        {
            if (isFirst)
            {
                observer.Said(run, "waits until another process leaves its folder");
            }

            await Task.Delay(Poll, CancellationToken.None);
        }
    }

    void Fail(FailedRun failed)
    {
        _failed.Add(failed);
        observer.Failed(failed);
    }
}
