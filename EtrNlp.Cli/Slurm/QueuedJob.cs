using System.Globalization;

namespace EtrNlp.Cli.Slurm;

/// <summary>A job, or one element of an array, as <c>squeue</c> shows it.</summary>
/// <param name="Name">The name of its submission.</param>
/// <param name="Job">The number of the job or array.</param>
/// <param name="Index">The element of the array; null of a job alone.</param>
/// <param name="State">In Slurm's word, such as PENDING.</param>
/// <param name="Reason">Why it is in that state.</param>
/// <param name="Node">Where it runs; empty if nowhere.</param>
sealed record QueuedJob(string Name, string Job, int? Index, string State, string Reason, string Node)
{
    /// <summary>What <c>squeue -o</c> is asked for.</summary>
    internal const string Format = "%j|%F|%K|%T|%N|%r";

    static readonly string[] Ended =
    [
        "BOOT_FAIL",
        "CANCELLED",
        "COMPLETED",
        "DEADLINE",
        "FAILED",
        "LAUNCH_FAILED",
        "NODE_FAIL",
        "OUT_OF_MEMORY",
        "PREEMPTED",
        "REVOKED",
        "TIMEOUT",
    ];

    /// <summary>How Slurm's programs address it.</summary>
    public string Id => Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{Job}_{index}") : Job;

    /// <summary>False if it has ended for good.</summary>
    public bool IsActive => !Ended.Contains(State);

    /// <summary>True if it waits to be started.</summary>
    public bool IsPending => State is "PENDING" or "REQUEUED" or "REQUEUE_HOLD" or "SPECIAL_EXIT";

    /// <summary>True if it was ended from outside, so that its run can be continued.</summary>
    public bool WasStopped => State is "CANCELLED" or "NODE_FAIL" or "PREEMPTED" or "TIMEOUT";

    /// <summary>True if it could not be started and Slurm waits to be told to try again.</summary>
    public bool IsHeldAfterFailedLaunch =>
        IsPending && Reason.Contains("launch", StringComparison.OrdinalIgnoreCase);

    /// <summary>One line of <c>squeue</c>.</summary>
    internal static QueuedJob Read(string line) =>
        line.Split('|', 6) is [var name, var job, var index, var state, var node, var reason]
            ? new QueuedJob(
                name,
                job,
                int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var element) ? element : null,
                state,
                reason.Trim(),
                node
            )
            : throw new InvalidDataException($"squeue says '{line}', which is not {Format}");
}
