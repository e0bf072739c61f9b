using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>An update strategy at work (Sec. 3.3, Table 7): what a batch changes, and when.</summary>
interface IUpdate : IDisposable
{
    /// <summary>
    /// Learns from a batch, and writes the losses of the tasks, before weighting, to <paramref name="losses"/> [T].
    /// If it throws, some parameters may have moved.
    /// </summary>
    void Learn(Batch batch, StepClock clock, torch.Tensor losses, double learningRateFactor, StepTimes? times);
}
