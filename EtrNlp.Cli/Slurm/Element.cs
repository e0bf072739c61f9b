using System.Globalization;

namespace EtrNlp.Cli.Slurm;

/// <summary>A run as an element of the newest array that has it.</summary>
/// <param name="Array">The array.</param>
/// <param name="Index">Its index in it.</param>
/// <param name="Job">What Slurm says of it; null if Slurm has forgotten it, as it does minutes after its end.</param>
sealed record Element(Submission Array, int Index, QueuedJob? Job)
{
    /// <summary>How Slurm's programs address it.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Array.Job}_{Index}");

    /// <summary>It is queued or runs.</summary>
    public bool IsActive => Job is { IsActive: true };

    /// <summary>
    /// It was ended from outside, so that its run can be continued. The log of a job that Slurm has forgotten still has
    /// Slurm's own line of that.
    /// </summary>
    public bool WasStopped =>
        Job?.WasStopped ?? LastLines.Any(line => line.Contains(" CANCELLED AT ", StringComparison.Ordinal));

    /// <summary>It was started at least once.</summary>
    public bool WasStarted => File.Exists(Array.LogOf(Id));

    /// <summary>How it ended, if it has ended without a result.</summary>
    public string Ended => Job is null ? $"its job {Id} ended without a result" : $"its job {Id} ended as {Job.State}";

    /// <summary>The end of its log.</summary>
    public IReadOnlyList<string> LastLines => LogEnd.Of(Array.LogOf(Id));
}
