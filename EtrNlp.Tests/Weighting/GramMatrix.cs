using EtrNlp.Data.Randomness;
using FsCheck;
using FsCheck.Fluent;

namespace EtrNlp.Tests.Weighting;

/// <summary>Gram matrices of random gradients, for tests of what is computed with them.</summary>
static class GramMatrix
{
    /// <summary>Of 2 to 40 tasks in so many dimensions more that the gradients are independent.</summary>
    public static Gen<double[,]> OfIndependent { get; } =
        from tasks in Gen.Choose(2, 40)
        from seed in Gen.Choose(0, int.MaxValue)
        select Of(Gradients(tasks, 3 * tasks, seed));

    /// <summary>Of 2 to 12 tasks in as few as two dimensions.</summary>
    public static Gen<double[,]> OfAny { get; } =
        from tasks in Gen.Choose(2, 12)
        from dimensions in Gen.Choose(2, 16)
        from seed in Gen.Choose(0, int.MaxValue)
        select Of(Gradients(tasks, dimensions, seed));

    public static double[,] Of(float[][] gradients)
    {
        var gram = new double[gradients.Length, gradients.Length];
        foreach (var (i, left) in gradients.Index())
        {
            foreach (var (j, right) in gradients.Index())
            {
                gram[i, j] = left.Zip(right, (x, y) => (double)x * y).Sum();
            }
        }

        return gram;
    }

    /// <summary>The same without a conflict: every product is at least 0.</summary>
    public static double[,] WithoutConflict(this double[,] gram)
    {
        var without = new double[gram.GetLength(0), gram.GetLength(1)];
        Buffer.BlockCopy(gram.Cast<double>().Select(Math.Abs).ToArray(), 0, without, 0, gram.Length * sizeof(double));
        return without;
    }

    /// <summary>G a.</summary>
    public static double[] Times(this double[,] gram, double[] a) =>
        [.. a.Select((_, i) => a.Select((x, j) => gram[i, j] * x).Sum())];

    static float[][] Gradients(int tasks, int dimensions, long seed) =>
        [
            .. Enumerable
                .Range(0, tasks)
                .Select(task =>
                {
                    var gradient = new float[dimensions];
                    RandomStream.For(seed, "test", "gradient", task).FillGaussian(gradient, 1);
                    return gradient;
                }),
        ];
}
