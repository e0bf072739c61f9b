using static TorchSharp.torch;

namespace EtrNlp.Core.Figures;

/// <summary>
/// Linear centred kernel alignment (Kornblith et al. 2019, eq. 1): |Y'X|^2 / (|X'X| |Y'Y|) in Frobenius norms, of X and
/// Y with centred columns. 1 for equal matrices; turning or scaling one changes nothing.
/// </summary>
public static class LinearCka
{
    /// <summary>
    /// The values [T, T] of all pairs of T matrices [n, c], of equally many rows and any number of columns; NaN beside
    /// one whose rows are all equal.
    /// </summary>
    public static double[,] Matrix(IReadOnlyList<Tensor> matrices)
    {
        using var scope = NewDisposeScope();
        var grams = stack(matrices.Select(GramOfUnitNorm));
        return Between(grams, grams);
    }

    /// <summary>The products [T, T] of tensors [T, ...].</summary>
    internal static double[,] Between(Tensor a, Tensor b)
    {
        var products = a.flatten(1).matmul(b.flatten(1).t()).contiguous();
        var values = new double[a.shape[0], b.shape[0]];
        Buffer.BlockCopy(products.data<double>().ToArray(), 0, values, 0, values.Length * sizeof(double));
        return values;
    }

    // |Y'X|^2 is the product of XX' and YY', which have one size whatever the columns.
    static Tensor GramOfUnitNorm(Tensor matrix)
    {
        var wide = matrix.to(ScalarType.Float64);
        var centred = wide - wide.mean([0], keepdim: true);
        var gram = centred.matmul(centred.t());
        return gram / gram.norm();
    }
}
