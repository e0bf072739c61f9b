using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Executors;

/// <summary>How far an executor came before it gave the word back.</summary>
/// <param name="Failed">Runs that have no result and that nobody works at any more, in the order of the sweep.</param>
/// <param name="HandedOver">
/// True where others go on with runs after this process; what comes after the runs is theirs as well.
/// </param>
sealed record Outcome(IReadOnlyList<FailedRun> Failed, bool HandedOver);

/// <summary>
/// Has the runs of a sweep trained: by processes of this machine, by a batch system, by whoever reads a list. It knows
/// nothing of grids or searches: a sweep is runs, some of which need another one's result first.
/// </summary>
interface IExecutor
{
    /// <summary>Has every run trained that has no result, each after the run that it needs.</summary>
    /// <exception cref="OperationCanceledException">Stopped on request; nothing that was trained is lost.</exception>
    Task<Outcome> TrainAsync(Sweep sweep, CancellationToken cancellation);

    /// <summary>Checks that nobody works at runs that are to begin anew, as far as their locks cannot tell.</summary>
    /// <exception cref="RunException">Somebody does.</exception>
    void RequireIdle(Sweep sweep) { }
}
