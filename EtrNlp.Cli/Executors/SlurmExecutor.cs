using System.Diagnostics;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>What a job is told that goes on with a sweep.</summary>
/// <param name="Round">The first submission of the command that a user typed; what it tried is not tried again.</param>
/// <param name="Number">Its own submission.</param>
readonly record struct Turn(int Round, int Number);

/// <summary>
/// Runs as elements of arrays, each an ordinary <c>etrnlp train</c>. A job that depends on them runs the command again
/// when they have ended, which goes on from what lies in their folders.
/// </summary>
/// <param name="request">What runs are started with.</param>
/// <param name="settings">What they ask of the cluster.</param>
/// <param name="turn">Whose turn it is to go on; null if a user typed the command.</param>
/// <param name="waits">Follow the runs to their end.</param>
sealed class SlurmExecutor(ExecutorRequest request, SlurmSettings settings, Turn? turn, bool waits) : IExecutor
{
    // A file system of a network may not show for a minute what another machine has written.
    static readonly TimeSpan Late = TimeSpan.FromSeconds(90);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<Outcome> TrainAsync(Sweep sweep, CancellationToken cancellation)
    {
        var submissions = Submissions.In(sweep.Folder);
        submissions.Look();
        if (turn is { } mine && submissions.ActiveOnes.Any(one => one.GoesOn && one.Number > mine.Number))
        {
            request.Notices.WriteLine("a later job goes on with the sweep");
            return new Outcome([], HandedOver: true);
        }

        var round = turn?.Round ?? submissions.Next;
        while (true)
        {
            Release(submissions);
            var missing = await MissingAsync(sweep, submissions, round, cancellation);
            if (missing.All(run => run.HasFailed))
            {
                EndGoingOn(submissions);
                return new Outcome([.. missing.Select(run => run.Failed())], HandedOver: false);
            }

            var made = new SlurmSubmitter(request, settings, submissions, round);
            made.Submit(missing);
            if (!waits)
            {
                made.Report(missing.Count(run => run.IsActive));
                return new Outcome([], HandedOver: true);
            }

            await new SlurmFollower(request, sweep, submissions).FollowAsync(round, cancellation);
        }
    }

    public void RequireIdle(Sweep sweep)
    {
        var submissions = Submissions.In(sweep.Folder);
        submissions.Look();
        if (submissions.Active.Any())
        {
            throw new RunException(
                "jobs of the sweep are queued or running; before its runs begin anew, end them with "
                    + $"etrnlp sweep cancel {ShellWord.Of(sweep.Folder)}"
            );
        }
    }

    static async Task<IReadOnlyList<SlurmRun>> MissingAsync(
        Sweep sweep,
        Submissions submissions,
        int round,
        CancellationToken cancellation
    )
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(Pause, cancellation))
        {
            var missing = SlurmRuns.Missing(sweep, submissions, round);
            if (since.Elapsed > Late || !missing.Any(run => run.MayComeLate))
            {
                return missing;
            }
        }
    }

    // What is left to be done at the end is done by this process, and once.
    void EndGoingOn(Submissions submissions)
    {
        var others = submissions.ActiveOnes.Where(one => one.GoesOn && one.Number != turn?.Number).ToArray();
        if (others.Length > 0)
        {
            SlurmClient.Cancel(others.Select(one => one.Job!));
        }
    }

    // Slurm holds a job back that it could not start when its controller was ended at that moment.
    void Release(Submissions submissions)
    {
        foreach (var job in submissions.Active.Where(job => job.IsHeldAfterFailedLaunch))
        {
            SlurmClient.Release(job);
            request.Notices.WriteLine($"job {job.Id} was held ({job.Reason}) and is released");
        }
    }
}
