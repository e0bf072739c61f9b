using static TorchSharp.torch;

namespace EtrNlp.Core.Figures;

/// <summary>The cosine of the angle between two tasks' gradients for one example, as the mean over examples.</summary>
public static class MeanCosine
{
    /// <summary>
    /// The values [T, T] of all pairs of T matrices [n, c] of one shape, -1 to 1. Examples at which one of the two
    /// gradients is 0 have no angle and do not count; NaN where none is left.
    /// </summary>
    public static double[,] Matrix(IReadOnlyList<Tensor> matrices)
    {
        using var scope = NewDisposeScope();
        var rows = stack(matrices).to(ScalarType.Float64); // [T, n, c]
        var lengths = rows.norm(2, keepdim: true);
        var counts = lengths.gt(0).to(ScalarType.Float64);
        var directions = (rows / lengths).nan_to_num(0);
        var cosines = LinearCka.Between(directions, directions);
        var examples = LinearCka.Between(counts, counts);
        var means = new double[cosines.GetLength(0), cosines.GetLength(1)];
        for (var a = 0; a < means.GetLength(0); a++)
        {
            for (var b = 0; b < means.GetLength(1); b++)
            {
                means[a, b] = cosines[a, b] / examples[a, b];
            }
        }

        return means;
    }
}
