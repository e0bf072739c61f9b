using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Training;

/// <summary>An update strategy at work (Sec. 3.3, Table 7): what a batch changes, and when.</summary>
interface IUpdate : IDisposable
{
    /// <summary>
    /// Learns from a batch, and writes what it finds to <paramref name="outcome"/>. If it throws, some parameters may
    /// have moved.
    /// </summary>
    void Learn(Batch batch, StepClock clock, StepOutcome outcome, double learningRateFactor, StepTimes? times);
}
