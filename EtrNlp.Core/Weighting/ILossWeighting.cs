using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Weighting;

/// <summary>A weighting by factors on the task losses.</summary>
public interface ILossWeighting : IWeighting
{
    /// <summary>Whether the factors change during training; those of every epoch are then recorded.</summary>
    bool WeightsChange => true;

    /// <summary>The weighting at work on the tensors of the network that it balances.</summary>
    ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors);
}

/// <summary>A weighting of losses at work.</summary>
public interface ILossBalance
{
    /// <summary>Before a step, in a dispose scope that ends with the step.</summary>
    void Begin(StepClock clock) { }

    /// <summary>In a pass that serves all tasks: their losses [T], before any of them is weighted.</summary>
    void See(Tensor losses) { }

    /// <summary>
    /// What is passed backward for a task's loss []; several threads may ask at once. A loss of 0 is of a batch that
    /// knows no label of the task, and moves neither it nor the weights of others.
    /// </summary>
    Tensor Weighted(int task, Tensor loss);

    /// <summary>After a step, outside autograd.</summary>
    /// <param name="clock">The step.</param>
    /// <param name="losses">The losses [T] that it found, before weighting.</param>
    /// <param name="lossesNow">
    /// Finds those of the same batch under the parameters that the step left, by another forward pass.
    /// </param>
    void End(StepClock clock, Tensor losses, Func<Tensor> lossesNow) { }
}
