namespace EtrNlp.Core.Networks;

/// <summary>
/// When a training step happens. What changes between steps depends on it and on saved tensors, and on nothing else.
/// </summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">Batches that were trained on before, in all epochs.</param>
/// <param name="StepsPerEpoch">Batches of an epoch.</param>
public readonly record struct StepClock(long Seed, long Step, long StepsPerEpoch)
{
    /// <summary>Whether it is the first step of an epoch.</summary>
    public bool BeginsEpoch => Step % StepsPerEpoch == 0;

    /// <summary>Whole epochs before it.</summary>
    public long Epochs => Step / StepsPerEpoch;
}
