using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using MathNet.Numerics.LinearAlgebra;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Task gradients made orthogonal and as long as the weakest principal component: a = sqrt(l_min) V L^(-1/2) V^T 1 of
/// the Gram matrix V L V^T (Senushkin et al. 2023, Algorithm 1).
/// </summary>
public sealed record AlignedMtl : IGramWeighting
{
    const double FloatEpsilon = 1.0 / (1 << 23); // gradients are float32: smaller eigenvalues are rounding

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "aligned_mtl",
            "principal components of the task gradients, made equally strong",
            "Senushkin et al. 2023, Independent Component Alignment for Multi-Task Learning",
            [],
            _ => new AlignedMtl()
        );

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var evd = Matrix<double>.Build.DenseOfArray(gram).Evd(Symmetricity.Symmetric);
        var values = evd.EigenValues.Select(value => value.Real).ToArray();
        var cut = values.Max() * FloatEpsilon * losses.Length;
        if (cut == 0)
        {
            return [.. losses.Select(_ => 1.0)];
        }

        var weakest = values.Where(value => value > cut).Min();
        var stretch = Vector<double>.Build.Dense(
            values.Length,
            i => values[i] > cut ? Math.Sqrt(weakest / values[i]) : 0
        );
        var ones = Vector<double>.Build.Dense(losses.Length, 1);
        var components = evd.EigenVectors.TransposeThisAndMultiply(ones);
        return [.. evd.EigenVectors * stretch.PointwiseMultiply(components)];
    }
}
