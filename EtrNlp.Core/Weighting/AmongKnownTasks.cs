using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Weighting;

/// <summary>A weighting of gradients among the <see cref="KnownTasks"/> of a batch; the others have 0.</summary>
sealed class AmongKnownTasks(IGramWeighting weighting) : IGradientBalance
{
    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var known = KnownTasks.In(losses);
        var all = new double[losses.Length];
        if (known.Length == 0)
        {
            return all;
        }

        var combined = weighting.Combine(Of(known, gram), Array.ConvertAll(known, task => losses[task]), clock);
        foreach (var (i, task) in known.Index())
        {
            all[task] = combined[i];
        }

        return all;
    }

    static double[,] Of(int[] tasks, double[,] gram)
    {
        var part = new double[tasks.Length, tasks.Length];
        for (var i = 0; i < tasks.Length; i++)
        {
            for (var j = 0; j < tasks.Length; j++)
            {
                part[i, j] = gram[tasks[i], tasks[j]];
            }
        }

        return part;
    }
}
