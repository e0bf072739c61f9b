using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Executors;

/// <summary>A run of a sweep that has no result, beside what Slurm knows of it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Submitted">The run as submissions call it.</param>
/// <param name="Element">Its element of the newest array that has it; null if it was never handed over.</param>
/// <param name="HasFailed">It was tried since the user's command, and nobody works at it any more.</param>
sealed record SlurmRun(SweepRun Run, SubmittedRun Submitted, Element? Element, bool HasFailed)
{
    /// <summary>It is queued or runs.</summary>
    public bool IsActive => Element is { IsActive: true };

    /// <summary>It says that it is done: a file system of a network may show its result later.</summary>
    public bool MayComeLate => HasFailed && Element?.Job is { State: "COMPLETED" };

    /// <summary>The run with the reason why it has no result and the end of its log.</summary>
    public FailedRun Failed() => new(Run, Element!.Ended, Element.LastLines);
}

/// <summary>The runs of a sweep beside what Slurm knows of them.</summary>
static class SlurmRuns
{
    /// <summary>Every run that has no result.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="submissions">What was handed to Slurm.</param>
    /// <param name="round">The submission since which a run counts as tried.</param>
    internal static IReadOnlyList<SlurmRun> Missing(Sweep sweep, Submissions submissions, int round)
    {
        var identities = new Dictionary<SweepConfiguration, string>(ReferenceEqualityComparer.Instance);
        var known = submissions.ByRun();
        return
        [
            .. sweep.Missing.Select(run =>
            {
                var submitted = new SubmittedRun(submissions.NameOf(run.Folder), IdentityOf(run.Configuration));
                var element = known.GetValueOrDefault(submitted);
                var hasFailed = element is { IsActive: false } && element.Array.Number >= round;
                return new SlurmRun(run, submitted, element, hasFailed);
            }),
        ];

        string IdentityOf(SweepConfiguration one) =>
            identities.TryGetValue(one, out var identity)
                ? identity
                : identities[one] = Identity.Of(one.Resolved);
    }
}
