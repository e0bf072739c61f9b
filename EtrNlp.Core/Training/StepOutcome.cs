using TorchSharp;

namespace EtrNlp.Core.Training;

/// <summary>What a step of training found, on the device and outside every dispose scope.</summary>
/// <param name="Losses">The losses [T] of the tasks, before weighting.</param>
/// <param name="Weights">
/// The weights [T] of the tasks: the derivative by each loss of what was passed backward, or the coefficient of each
/// task's gradient. Null where a weighting never changes them.
/// </param>
public sealed record StepOutcome(torch.Tensor Losses, torch.Tensor? Weights) : IDisposable
{
    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        Losses.Dispose();
        Weights?.Dispose();
    }
}
