using EtrNlp.Cli.Slurm;

namespace EtrNlp.Cli.Executors;

/// <summary>The job that is to go on when the runs of a sweep have ended.</summary>
/// <param name="Job">The newest one.</param>
/// <param name="LastLines">The end of its log, if it ended badly.</param>
sealed record GoingOn(QueuedJob Job, IReadOnlyList<string> LastLines)
{
    /// <summary>What became of it, as a sentence.</summary>
    public string Title =>
        Job.IsPending ? $"job {Job.Id} goes on when they have ended ({Job.Reason})"
        : Job.IsActive ? $"job {Job.Id} goes on now"
        : $"job {Job.Id}, which was to go on, ended as {Job.State}; the sweep's command goes on as well";

    /// <summary>That of a sweep; null where there is none, or it has ended well, or Slurm has forgotten it.</summary>
    internal static GoingOn? Of(Submissions submissions)
    {
        var newest = submissions.All.LastOrDefault(one => one.GoesOn);
        var job = newest is null ? null : submissions.JobsOf(newest).FirstOrDefault();
        return job is null or { State: "COMPLETED" } ? null
            : job.IsActive ? new GoingOn(job, [])
            : new GoingOn(job, LogEnd.Of(newest!.LogOf(job.Id)));
    }
}
