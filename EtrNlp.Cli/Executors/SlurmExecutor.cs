using EtrNlp.Cli.Display;
using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>
/// Runs as elements of arrays, each an ordinary <c>etrnlp train</c>. A job that depends on them runs the command again
/// when they have ended, which goes on from what lies in their folders.
/// </summary>
/// <param name="request">What runs are started with.</param>
/// <param name="settings">What they ask of the cluster.</param>
/// <param name="round">
/// The submission that this command goes on for: what was tried since then is not tried again. Null if a user typed it.
/// </param>
/// <param name="waits">Follow the runs to their end.</param>
sealed class SlurmExecutor(ExecutorRequest request, SlurmSettings settings, int? round, bool waits) : IExecutor
{
    public async Task<Outcome> TrainAsync(Sweep sweep, CancellationToken cancellation)
    {
        var submissions = Submissions.In(sweep.Folder);
        submissions.Look();
        Release(submissions);
        var missing = SlurmRuns.Missing(sweep, submissions, round);
        if (missing.All(run => run.HasFailed))
        {
            return new Outcome([.. missing.Select(run => run.Failed())], HandedOver: false);
        }

        var made = new SlurmSubmitter(request, settings, submissions, round ?? submissions.Next);
        made.Submit(missing);
        if (waits)
        {
            return await new SlurmFollower(request, sweep, submissions).FollowAsync(made.Round, cancellation);
        }

        made.Report(missing.Count(run => run.IsActive));
        return new Outcome([], HandedOver: true);
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
