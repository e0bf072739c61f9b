using System.Collections.Immutable;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Weighting;

/// <summary>A configured weighting: how tasks are balanced.</summary>
public interface IWeighting
{
    /// <summary>The loops it works in.</summary>
    ImmutableArray<UpdateStrategy> Updates =>
        [UpdateStrategy.Joint, UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];
}

/// <summary>A weighting by factors on the task losses.</summary>
public interface ILossWeighting : IWeighting
{
    /// <summary>Parameters that it learns together with the network; saved, and not counted in #P.</summary>
    ImmutableArray<ParameterPlan> Learned(IReadOnlyList<string> taskNames) => [];

    /// <summary>What it keeps from step to step; saved.</summary>
    ImmutableArray<BufferPlan> Kept(IReadOnlyList<string> taskNames) => [];

    /// <summary>The weighting at work on the tensors of the network that it balances.</summary>
    /// <exception cref="Data.Configuration.InvalidSettingException">It does not fit the tasks.</exception>
    ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors);

    /// <summary>Refuses what does not fit the tasks, before anything is built.</summary>
    /// <exception cref="Data.Configuration.InvalidSettingException">It does not fit the tasks.</exception>
    void Check(IReadOnlyList<string> taskNames) { }
}

/// <summary>A weighting of losses at work.</summary>
public interface ILossBalance
{
    /// <summary>Before a step, in a dispose scope that ends with the step.</summary>
    void Begin(StepClock clock) { }

    /// <summary>What is passed backward for a task's loss []; several threads may ask at once.</summary>
    TorchSharp.torch.Tensor Weighted(int task, TorchSharp.torch.Tensor loss);

    /// <summary>After the passes of a step, with the losses [T] before weighting.</summary>
    void End(StepClock clock, TorchSharp.torch.Tensor losses) { }
}

/// <summary>
/// A weighting that combines the task gradients g_t of the shared parameters to sum_t a_t g_t, where the coefficients a
/// follow from the Gram matrix of the gradients. A task's own parameters move by its own loss.
/// </summary>
public interface IGradientWeighting : IWeighting
{
    /// <inheritdoc/>
    ImmutableArray<UpdateStrategy> IWeighting.Updates =>
        Place == GradientPlace.Shared ? [UpdateStrategy.Joint, UpdateStrategy.Synchronized] : [UpdateStrategy.Joint];

    /// <summary>Where the gradients are compared.</summary>
    GradientPlace Place => GradientPlace.Shared;

    /// <summary>Whether a task's own parameters move by a_t times its loss.</summary>
    bool ScalesOwnParameters => false;

    /// <summary>The coefficients a [T].</summary>
    /// <param name="gram">g_s . g_t, [T, T].</param>
    /// <param name="losses">The task losses [T].</param>
    /// <param name="clock">The step.</param>
    double[] Combine(double[,] gram, double[] losses, StepClock clock);
}
