using System.Collections.Immutable;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// A weighting that combines the task gradients g_t of what tasks share to sum_t a_t g_t. The coefficients a follow
/// from the Gram matrix of the gradients.
/// </summary>
public interface IGradientWeighting : IWeighting
{
    /// <inheritdoc/>
    ImmutableArray<UpdateStrategy> IWeighting.Updates =>
        Place == GradientPlace.Shared ? [UpdateStrategy.Joint, UpdateStrategy.Synchronized] : [UpdateStrategy.Joint];

    /// <summary>Where the gradients are compared.</summary>
    GradientPlace Place => GradientPlace.Shared;

    /// <summary>Whether a task's own parameters move by a_t times its loss, not by the loss itself.</summary>
    bool ScalesOwnParameters => false;

    /// <summary>The weighting at work on the tensors of the network that it balances.</summary>
    IGradientBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors);
}

/// <summary>A combination of gradients at work.</summary>
public interface IGradientBalance
{
    /// <summary>The coefficients a [T] of a step, and the gradients of what the weighting itself learns.</summary>
    /// <param name="gram">g_s . g_t, [T, T].</param>
    /// <param name="losses">The task losses [T]; 0 where the batch knows no label of a task, which then has 0.</param>
    /// <param name="clock">The step.</param>
    double[] Combine(double[,] gram, double[] losses, StepClock clock);

    /// <summary>After the optimizer has stepped.</summary>
    void Stepped() { }
}

/// <summary>A weighting whose coefficients depend on the step's gradients and losses alone.</summary>
public interface IGramWeighting : IGradientWeighting
{
    /// <inheritdoc/>
    IGradientBalance IGradientWeighting.Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AmongKnownTasks(this);

    /// <summary>The coefficients of those tasks of which a batch knows a label; the others have 0.</summary>
    /// <param name="gram">g_s . g_t of these tasks.</param>
    /// <param name="losses">Their losses, none of which is 0.</param>
    /// <param name="clock">The step.</param>
    double[] Combine(double[,] gram, double[] losses, StepClock clock);
}
