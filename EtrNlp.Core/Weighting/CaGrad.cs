using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// The direction near the mean gradient g0 that is best for the worst task: (g0 + c |g0| g_w / |g_w|) / (1 + c^2). The
/// w of the simplex minimises g_w . g0 + c |g0| |g_w| (Liu et al. 2021, Algorithm 1, and its published rescaling).
/// </summary>
public sealed record CaGrad(double C) : IGramWeighting
{
    const int MostRounds = 200;
    const double Converged = 1e-12;

    static readonly Setting<double> CKey = new(
        "c",
        "how far from the mean gradient, as a share of its length; 0 is the mean",
        Values.Number(0, 0.9999),
        "0.4"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "cagrad",
            "near the mean gradient, the direction that is best for the worst task",
            "Liu et al. 2021, Conflict-Averse Gradient Descent; c as in its experiments",
            [CKey],
            values => new CaGrad(values.Get(CKey))
        );

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var mean = Enumerable.Repeat(1.0 / losses.Length, losses.Length).ToArray();
        var radius = C * Gram.Norm(gram, mean);
        if (radius == 0)
        {
            return mean;
        }

        var worst = Worst(gram, mean, radius);
        var length = Gram.Norm(gram, worst);
        var scale = 1 + (C * C);
        return [.. mean.Zip(worst, (m, w) => (m + (length > 0 ? radius * w / length : 0)) / scale)];
    }

    /// <summary>
    /// The w of the simplex with the smallest g_w . g0 + radius |g_w|. |g_w| is the smallest (|g_w|^2 / s + s) / 2 over
    /// s > 0, so one quadratic problem follows another, each with the last one's length as s.
    /// </summary>
    public static double[] Worst(double[,] gram, double[] mean, double radius)
    {
        var (w, length) = (mean, Gram.Norm(gram, mean));
        var linear = Times(gram, mean);
        for (var round = 0; round < MostRounds && length > 0; round++)
        {
            var quadratic = (double[,])gram.Clone();
            Scale(quadratic, radius / length);
            w = QuadraticProgram.OverSimplex(quadratic, linear);
            var next = Gram.Norm(gram, w);
            if (Math.Abs(next - length) <= Converged * length)
            {
                break;
            }

            length = next;
        }

        return w;
    }

    static double[] Times(double[,] gram, double[] a) =>
        [.. a.Select((_, i) => a.Select((x, j) => gram[i, j] * x).Sum())];

    static void Scale(double[,] matrix, double by)
    {
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            for (var j = 0; j < matrix.GetLength(1); j++)
            {
                matrix[i, j] *= by;
            }
        }
    }
}
