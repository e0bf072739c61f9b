using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using MathNet.Numerics.LinearAlgebra;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Impartial learning: coefficients that add up to 1, and a sum whose projections on all task gradients are equal (Liu
/// et al. 2021, IMTL-G).
/// </summary>
public sealed record ImtlG : IGramWeighting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "imtl_g",
            "equal projections of the combined gradient on every task's",
            "Liu et al. 2021, Towards Impartial Multi-Task Learning",
            [],
            _ => new ImtlG()
        );

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var (tasks, norms) = (losses.Length, Gram.Norms(gram));
        if (norms.Min() == 0)
        {
            return [.. losses.Select(_ => 1.0 / tasks)]; // no projection on a gradient that is 0
        }

        // Row 0: the sum is 1. Row t: the projections on the gradients of task t and of task 0 are equal.
        var system = Matrix<double>.Build.Dense(
            tasks,
            tasks,
            (t, s) => t == 0 ? 1 : (gram[s, t] / norms[t]) - (gram[s, 0] / norms[0])
        );
        var right = Vector<double>.Build.Dense(tasks, t => t == 0 ? 1 : 0);
        return [.. system.Svd().Solve(right)];
    }
}
