namespace EtrNlp.Core.Optimizers;

/// <summary>Where training stands.</summary>
/// <param name="Step">The batch about to be trained, from 0.</param>
/// <param name="StepsPerEpoch">Batches of an epoch.</param>
/// <param name="TotalSteps">Batches of the whole training.</param>
public readonly record struct Progress(long Step, long StepsPerEpoch, long TotalSteps);

/// <summary>
/// The factor on the learning rate, a pure function of the step, so that a continued run needs no state.
/// </summary>
public interface ISchedule
{
    /// <summary>The factor at a step, at least 0.</summary>
    double Factor(Progress progress);

    /// <summary>
    /// Whether the factor of a step depends on how many follow: such a training cannot be given more epochs later.
    /// </summary>
    bool DependsOnEnd { get; }
}
