using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Executors;

/// <summary>A run of a sweep beside what Slurm knows of it.</summary>
/// <param name="Run">The run, which has no result.</param>
/// <param name="Submitted">The run as submissions call it.</param>
/// <param name="Submission">The newest submission that has it; null if none has.</param>
/// <param name="Job">Its job, if Slurm still knows it.</param>
/// <param name="HasFailed">It was tried since the user's command, and nobody works at it any more.</param>
sealed record SlurmRun(
    SweepRun Run,
    SubmittedRun Submitted,
    Submission? Submission,
    QueuedJob? Job,
    bool HasFailed
)
{
    /// <summary>It is queued or runs.</summary>
    public bool IsActive => Job is { IsActive: true };

    /// <summary>The run with the reason why it has no result and the end of its log.</summary>
    public FailedRun Failed() =>
        new(
            Run,
            Job is null ? "its job ended without a result" : $"its job {Job.Id} ended as {Job.State}",
            Job is null || Submission is null ? [] : LogEnd.Of(Submission.LogOf(Job.Id))
        );
}

/// <summary>The runs of a sweep beside what Slurm knows of them.</summary>
static class SlurmRuns
{
    /// <summary>Every run that has no result.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="submissions">What was handed to Slurm.</param>
    /// <param name="round">The submission since which a run counts as tried; null: none does.</param>
    internal static IReadOnlyList<SlurmRun> Missing(Sweep sweep, Submissions submissions, int? round)
    {
        var identities = new Dictionary<SweepConfiguration, string>(ReferenceEqualityComparer.Instance);
        var known = submissions.ByRun();
        return
        [
            .. sweep.Missing.Select(run =>
            {
                var submitted = new SubmittedRun(run.Folder.Path, IdentityOf(run.Configuration));
                var (submission, job) = known.GetValueOrDefault(submitted);
                return new SlurmRun(
                    run,
                    submitted,
                    submission,
                    job,
                    submission?.Number >= round && job is not { IsActive: true }
                );
            }),
        ];

        string IdentityOf(SweepConfiguration one) =>
            identities.TryGetValue(one, out var identity)
                ? identity
                : identities[one] = Identity.Of(one.Resolved);
    }
}
