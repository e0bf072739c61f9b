using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Weighting;

/// <summary>A weighting by factors on the task losses.</summary>
public interface ILossWeighting : IWeighting
{
    /// <summary>The weighting at work on the tensors of the network that it balances.</summary>
    ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors);
}

/// <summary>A weighting of losses at work.</summary>
public interface ILossBalance
{
    /// <summary>Before a step, in a dispose scope that ends with the step.</summary>
    void Begin(StepClock clock) { }

    /// <summary>What is passed backward for a task's loss []; several threads may ask at once.</summary>
    Tensor Weighted(int task, Tensor loss);

    /// <summary>After the passes of a step, with the losses [T] before weighting.</summary>
    void End(StepClock clock, Tensor losses) { }
}
