using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Every task's gradient projected onto the directions that harm no task, and their mean: over t, the v >= e_t that
/// minimises v^T G v (Quinton and Rey 2024, arXiv 2406.16232).
/// </summary>
public sealed record UpGrad : IGramWeighting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "upgrad",
            "the mean of task gradients projected onto what harms no task",
            "Quinton and Rey 2024, Jacobian Descent for Multi-Objective Optimization (arXiv 2406.16232)",
            [],
            _ => new UpGrad()
        );

    /// <summary>The v >= e_t with the smallest v^T G v.</summary>
    public static double[] Projected(double[,] gram, int task)
    {
        var tasks = gram.GetLength(0);
        double[] linear = [.. Enumerable.Range(0, tasks).Select(i => gram[i, task])];
        var more = QuadraticProgram.OverNonNegative(gram, linear);
        more[task]++;
        return more;
    }

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var sum = new double[losses.Length];
        for (var task = 0; task < losses.Length; task++)
        {
            foreach (var (i, coefficient) in Projected(gram, task).Index())
            {
                sum[i] += coefficient / losses.Length;
            }
        }

        return sum;
    }
}
