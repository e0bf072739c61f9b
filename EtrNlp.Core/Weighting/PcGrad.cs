using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Gradient surgery: each task's gradient loses its part along every other that it conflicts with, in an order drawn
/// for each step; the sum of what is left (Yu et al. 2020, Algorithm 1).
/// </summary>
public sealed record PcGrad : IGramWeighting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "pcgrad",
            "conflicting parts of task gradients are projected away",
            "Yu et al. 2020, Gradient Surgery for Multi-Task Learning, Algorithm 1",
            [],
            _ => new PcGrad()
        );

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var tasks = losses.Length;
        var random = RandomStream.For(clock.Seed, "weighting", "pcgrad", clock.Step);
        var sum = new double[tasks];
        for (var i = 0; i < tasks; i++)
        {
            int[] others = [.. Enumerable.Range(0, tasks).Where(j => j != i)];
            random.Shuffle<int>(others);
            var left = Projected(gram, i, others);
            for (var j = 0; j < tasks; j++)
            {
                sum[j] += left[j];
            }
        }

        return sum;
    }

    // What is left of task i's gradient, as coefficients of the task gradients.
    static double[] Projected(double[,] gram, int i, int[] others)
    {
        var left = new double[gram.GetLength(0)];
        left[i] = 1;
        foreach (var j in others)
        {
            var dot = left.Select((coefficient, k) => coefficient * gram[k, j]).Sum();
            if (dot < 0)
            {
                left[j] -= dot / gram[j, j];
            }
        }

        return left;
    }
}
