using MathNet.Numerics.LinearAlgebra;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Minimises x^T H x / 2 + b^T x over x >= 0, H symmetric and positive semidefinite, by the active-set method, which
/// ends at the exact solution (Nocedal and Wright 2006, Numerical Optimization, Algorithm 16.3).
/// </summary>
static class QuadraticProgram
{
    const double Tolerance = 1e-12; // relative to the largest entry
    const int StepsPerVariable = 100; // against going round in circles by rounding

    /// <summary>The minimum where nothing else is asked of x.</summary>
    internal static double[] OverNonNegative(double[,] h, double[] b) => Solve(h, b, new double[b.Length], false);

    /// <summary>The minimum over the simplex: the entries of x add up to 1.</summary>
    internal static double[] OverSimplex(double[,] h, double[] b)
    {
        var start = new double[b.Length];
        start[Array.IndexOf(b, b.Min())] = 1;
        return Solve(h, b, start, true);
    }

    static double[] Solve(double[,] h, double[] b, double[] start, bool sumsToOne)
    {
        var hessian = Matrix<double>.Build.DenseOfArray(h);
        var linear = Vector<double>.Build.DenseOfArray(b);
        var tolerance = Tolerance * Math.Max(1e-300, hessian.Enumerate().Concat(b).Max(Math.Abs));
        var (x, free) = (Vector<double>.Build.DenseOfArray(start), FreeOf(start));
        for (var step = 0; step < StepsPerVariable * b.Length; step++)
        {
            var target = Minimum(hessian, linear, free, sumsToOne);
            if (BlockedAt(x, target, free) is var (entry, share) && entry >= 0)
            {
                x += share * (target - x);
                x[entry] = 0;
                free.Remove(entry);
                continue;
            }

            x = target;
            var slope = (hessian * x) + linear;
            var level = sumsToOne ? free.Average(i => slope[i]) : 0; // what all free entries' slopes are
            var steepest = Enumerable.Range(0, b.Length).Except(free).OrderBy(i => slope[i]).FirstOrDefault(-1);
            if (steepest < 0 || slope[steepest] >= level - tolerance)
            {
                break;
            }

            free.Add(steepest);
        }

        return [.. x];
    }

    static SortedSet<int> FreeOf(double[] start) =>
        [.. Enumerable.Range(0, start.Length).Where(i => start[i] > 0)];

    // The minimum over the free entries, the others being 0: one linear system.
    static Vector<double> Minimum(Matrix<double> h, Vector<double> b, SortedSet<int> free, bool sumsToOne)
    {
        int[] at = [.. free];
        var size = at.Length + (sumsToOne ? 1 : 0);
        var x = Vector<double>.Build.Dense(b.Count);
        if (at.Length == 0)
        {
            return x;
        }

        var system = Matrix<double>.Build.Dense(
            size,
            size,
            (i, j) => i < at.Length && j < at.Length ? h[at[i], at[j]] : i == j ? 0 : 1
        );
        var right = Vector<double>.Build.Dense(size, i => i < at.Length ? -b[at[i]] : 1);
        var solved = system.Svd().Solve(right); // the shortest, where gradients are parallel
        foreach (var (position, entry) in at.Index())
        {
            x[entry] = solved[position];
        }

        return x;
    }

    // The first free entry that reaches 0 on the way from x to a target, and after what share of it; -1 for none.
    static (int Entry, double Share) BlockedAt(Vector<double> x, Vector<double> target, SortedSet<int> free)
    {
        var blocking = free.Where(i => target[i] < 0).ToArray();
        if (blocking.Length == 0)
        {
            return (-1, 1);
        }

        var entry = blocking.MinBy(i => x[i] / (x[i] - target[i]));
        return (entry, x[entry] / (x[entry] - target[entry]));
    }
}
