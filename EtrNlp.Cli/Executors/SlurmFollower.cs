using EtrNlp.Cli.Display;
using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>Shows how the runs of a sweep go on in a cluster until none is queued or running.</summary>
/// <param name="request">Where to show it.</param>
/// <param name="sweep">The sweep.</param>
/// <param name="submissions">What was handed to Slurm.</param>
sealed class SlurmFollower(ExecutorRequest request, Sweep sweep, Submissions submissions)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30); // a controller serves everybody

    readonly HashSet<SweepRun> _started = [];
    readonly HashSet<SweepRun> _ended = [];
    bool _isTold;

    /// <summary>Follows them to their end.</summary>
    /// <param name="round">The round that they were submitted in.</param>
    /// <param name="cancellation">Ends this, and not the runs.</param>
    public async Task FollowAsync(int round, CancellationToken cancellation)
    {
        using var progress = new SweepProgress(sweep, request.Error, request.Notices, TimeProvider.System);
        using var said = cancellation.Register(() =>
            progress.Note($"the runs go on; etrnlp sweep cancel {ShellWord.Of(sweep.Folder)} ends them")
        );
        foreach (var run in sweep.Runs.Where(run => run.Folder.IsDone))
        {
            End(run, () => progress.Finished(run, before: true));
        }

        for (var pause = FirstPause; ; pause = pause * 1.5 > LongestPause ? LongestPause : pause * 1.5)
        {
            if (Look(progress))
            {
                var missing = SlurmRuns.Missing(sweep, submissions, round);
                Show(missing, progress);
                if (!missing.Any(run => run.IsActive))
                {
                    return;
                }
            }

            await Task.Delay(pause, cancellation);
        }
    }

    // The controller may be away for a while; what it started goes on.
    bool Look(SweepProgress progress)
    {
        try
        {
            submissions.Look();
            _isTold = false;
            return true;
        }
        catch (RunException e)
        {
            if (!_isTold)
            {
                progress.Note(e.Message);
            }

            _isTold = true;
            return false;
        }
    }

    void Show(IReadOnlyList<SlurmRun> missing, SweepProgress progress)
    {
        foreach (var run in sweep.Runs.Except(missing.Select(one => one.Run)))
        {
            End(run, () => progress.Finished(run, before: false));
        }

        foreach (var run in missing.Where(run => run.Element?.Job is { IsActive: true, IsPending: false }))
        {
            if (_started.Add(run.Run))
            {
                progress.Started(run.Run);
            }

            progress.Said(run.Run, $"job {run.Element!.Id} on {run.Element.Job!.Node}");
        }

        foreach (var run in missing.Where(run => run.HasFailed && !run.MayComeLate))
        {
            End(run.Run, () => progress.Failed(run.Failed()));
        }
    }

    void End(SweepRun run, Action tell)
    {
        if (_ended.Add(run))
        {
            tell();
        }
    }
}
