using MathNet.Numerics.LinearAlgebra;

namespace EtrNlp.Core.Weighting;

/// <summary>What weightings compute with a Gram matrix of task gradients.</summary>
static class Gram
{
    const int MostNewtonSteps = 200;
    const double Converged = 1e-12;
    const double Armijo = 1e-4;

    /// <summary>The length of sum_t a_t g_t.</summary>
    internal static double Norm(double[,] gram, double[] a)
    {
        var vector = Vector<double>.Build.DenseOfArray(a);
        return Math.Sqrt(Math.Max(0, vector * (Matrix<double>.Build.DenseOfArray(gram) * vector)));
    }

    /// <summary>The lengths of the gradients.</summary>
    internal static double[] Norms(double[,] gram) =>
        [.. Enumerable.Range(0, gram.GetLength(0)).Select(t => Math.Sqrt(gram[t, t]))];

    /// <summary>
    /// The a > 0 with G a = a^(-power): the minimum of a convex function, a^T G a / 2 minus the integral of a^(-power),
    /// by Newton's method with steps that keep a positive. A task without a gradient gets 1.
    /// </summary>
    internal static double[] SolvePower(double[,] gram, double power)
    {
        var tasks = gram.GetLength(0);
        int[] moving = [.. Enumerable.Range(0, tasks).Where(t => gram[t, t] > 0)];
        var g = Matrix<double>.Build.Dense(moving.Length, moving.Length, (i, j) => gram[moving[i], moving[j]]);
        var a = Vector<double>.Build.Dense(moving.Length, i => Math.Pow(g[i, i], -1 / (1 + power)));
        for (var step = 0; step < MostNewtonSteps && moving.Length > 0; step++)
        {
            var residual = (g * a) - a.PointwisePower(-power);
            if (residual.AbsoluteMaximum() <= Converged * a.PointwisePower(-power).Maximum())
            {
                break;
            }

            var curvature = g + Matrix<double>.Build.DenseOfDiagonalVector(power * a.PointwisePower(-power - 1));
            var direction = -curvature.Cholesky().Solve(residual);
            a += LargestShare(g, power, a, direction) * direction;
        }

        var all = Enumerable.Repeat(1.0, tasks).ToArray();
        foreach (var (i, t) in moving.Index())
        {
            all[t] = a[i];
        }

        return all;
    }

    // Halves the step until it stays positive and the function has fallen in proportion (Armijo's rule).
    static double LargestShare(Matrix<double> g, double power, Vector<double> a, Vector<double> direction)
    {
        var (here, slope) = (Value(a), direction * ((g * a) - a.PointwisePower(-power)));
        for (var share = 1.0; share > 1e-12; share /= 2)
        {
            var next = a + (share * direction);
            if (next.Minimum() > 0 && Value(next) <= here + (Armijo * share * slope))
            {
                return share;
            }
        }

        return 0;

        double Value(Vector<double> x) => (x * (g * x) / 2) - x.Sum(Integral);

        double Integral(double x) => power == 1 ? Math.Log(x) : Math.Pow(x, 1 - power) / (1 - power);
    }
}
