using EtrNlp.Data.Randomness;

namespace EtrNlp.Core.Figures;

/// <summary>
/// t-SNE, exact: points of many numbers as points of a plane, neighbours beside each other (van der Maaten and Hinton
/// 2008). Work and memory grow with the square of the number of points.
/// </summary>
public static class Tsne
{
    const int Iterations = 1000;
    const int ExaggeratedIterations = 250;
    const double Exaggeration = 12;
    const double Start = 1e-4; // standard deviation of the first positions
    const double LeastGain = 0.01;
    const double LeastRate = 50;
    const int Halvings = 60; // of the range of a bandwidth

    /// <summary>The positions [n, 2] of points [n][d], drawn from a seed and moved down the gradient.</summary>
    public static double[,] Embed(double[][] points, double perplexity, long seed)
    {
        var affinities = Affinities(points, perplexity);
        var n = points.Length;
        var random = RandomStream.For(seed, "t-sne");
        var (y, step, gain) = (new double[n, 2], new double[n, 2], new double[n, 2]);
        ForEach(n, (i, k) => (y[i, k], gain[i, k]) = (Start * random.NextGaussian(), 1));
        var rate = Math.Max(LeastRate, n / Exaggeration / 4); // Belkina et al. 2019
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            var isEarly = iteration < ExaggeratedIterations;
            var momentum = isEarly ? 0.5 : 0.8;
            var gradient = Gradient(affinities, y, isEarly ? Exaggeration : 1);
            ForEach(
                n,
                (i, k) =>
                {
                    var turns = gradient[i, k] * step[i, k] < 0;
                    gain[i, k] = turns ? gain[i, k] + 0.2 : Math.Max(LeastGain, gain[i, k] * 0.8);
                    step[i, k] = (momentum * step[i, k]) - (rate * gain[i, k] * gradient[i, k]);
                    y[i, k] += step[i, k];
                }
            );
        }

        return y;
    }

    /// <summary>
    /// p [n, n], symmetric, with sum 1 (eq. 1 and p = (p_j|i + p_i|j) / 2n): each point has a Gaussian whose entropy is
    /// the logarithm of the perplexity, or of the other points where these are fewer.
    /// </summary>
    public static double[,] Affinities(double[][] points, double perplexity)
    {
        var n = points.Length;
        var entropy = Math.Log(Math.Min(perplexity, n - 1));
        var p = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            var row = Neighbours(Array.ConvertAll(points, other => Squared(points[i], other)), i, entropy);
            for (var j = 0; j < n; j++)
            {
                p[i, j] += row[j] / (2 * n);
                p[j, i] += row[j] / (2 * n);
            }
        }

        return p;
    }

    /// <summary>KL(P || Q) of positions (eq. 2), Q from Student's t with one degree of freedom.</summary>
    public static double Divergence(double[,] p, double[,] y)
    {
        var (kernel, sum) = Kernel(y);
        var divergence = 0.0;
        ForEach(
            p.GetLength(0),
            p.GetLength(1),
            (i, j) => divergence += p[i, j] > 0 ? p[i, j] * Math.Log(p[i, j] * sum / kernel[i, j]) : 0
        );
        return divergence;
    }

    /// <summary>
    /// Its gradient [n, 2] (eq. 5), 4 sum_j (a p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|^2); a is 1 but for an
    /// exaggeration.
    /// </summary>
    public static double[,] Gradient(double[,] p, double[,] y, double exaggeration = 1)
    {
        var (kernel, sum) = Kernel(y);
        var gradient = new double[y.GetLength(0), 2];
        for (var i = 0; i < y.GetLength(0); i++)
        {
            for (var j = 0; j < i; j++)
            {
                var pull = 4 * ((exaggeration * p[i, j]) - (kernel[i, j] / sum)) * kernel[i, j];
                for (var k = 0; k < 2; k++)
                {
                    var force = pull * (y[i, k] - y[j, k]);
                    gradient[i, k] += force;
                    gradient[j, k] -= force;
                }
            }
        }

        return gradient;
    }

    // 1 / (1 + |y_i - y_j|^2), 0 for a point with itself, and the sum of all.
    static (double[,] Kernel, double Sum) Kernel(double[,] y)
    {
        var (n, sum) = (y.GetLength(0), 0.0);
        var kernel = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (dx, dy) = (y[i, 0] - y[j, 0], y[i, 1] - y[j, 1]);
                kernel[i, j] = kernel[j, i] = 1 / (1 + (dx * dx) + (dy * dy));
                sum += 2 * kernel[i, j];
            }
        }

        return (kernel, sum);
    }

    // p_j|i: exp(-b d_j) over its sum, b halved into the range until the entropy is right.
    static double[] Neighbours(double[] distances, int self, double entropy)
    {
        var others = distances.Where((_, j) => j != self).ToArray();
        var (nearest, mean) = (others.Min(), others.Average());
        var (low, high) = (-20.0, 20.0); // powers of e, in units of the mean distance
        double[] row = [];
        for (var halving = 0; halving < Halvings; halving++)
        {
            var power = (low + high) / 2;
            var width = Math.Exp(power) / Math.Max(mean, double.Epsilon);
            row = Array.ConvertAll(distances, distance => Math.Exp(-width * (distance - nearest)));
            row[self] = 0;
            var sum = row.Sum();
            row = Array.ConvertAll(row, weight => weight / sum);
            (low, high) = row.Sum(one => one > 0 ? -one * Math.Log(one) : 0) > entropy ? (power, high) : (low, power);
        }

        return row;
    }

    static double Squared(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }

        return sum;
    }

    static void ForEach(int n, Action<int, int> entry) => ForEach(n, 2, entry);

    static void ForEach(int rows, int columns, Action<int, int> entry)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                entry(i, j);
            }
        }
    }
}
