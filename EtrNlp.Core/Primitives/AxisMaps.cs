namespace EtrNlp.Core.Primitives;

/// <summary>
/// A linear map of a channel's pixels that acts on rows and columns apart: y = Rows x Columns^T, Rows [H', H], Columns
/// [W', W].
/// </summary>
public sealed record AxisMaps(float[,] Rows, float[,] Columns)
{
    /// <summary>2x2 averages at stride 2, a window cut off by the edge averaging what is in it.</summary>
    public static AxisMaps HalvedByAverage(int height, int width) => new(PairAverages(height), PairAverages(width));

    /// <summary>Every second pixel, from the first.</summary>
    public static AxisMaps EverySecond(int height, int width) => new(Every(height), Every(width));

    /// <summary>This map after another one.</summary>
    public AxisMaps After(AxisMaps first) => new(Product(Rows, first.Rows), Product(Columns, first.Columns));

    /// <summary>The map that takes a gradient of this one's output to that of its input.</summary>
    public AxisMaps Transposed() => new(Transposed(Rows), Transposed(Columns));

    /// <summary>The same as one matrix over all pixels, [H' W', H W].</summary>
    public float[,] OverPixels()
    {
        var (to, from) = (Columns.GetLength(0), Columns.GetLength(1));
        return Fill(
            Rows.GetLength(0) * to,
            Rows.GetLength(1) * from,
            (i, j) => Rows[i / to, j / from] * Columns[i % to, j % from]
        );
    }

    /// <summary>A matrix given entry by entry.</summary>
    public static float[,] Fill(int rows, int columns, Func<int, int, float> entry)
    {
        var matrix = new float[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                matrix[i, j] = entry(i, j);
            }
        }

        return matrix;
    }

    static float[,] PairAverages(int side) =>
        Fill(
            (side + 1) / 2,
            side,
            (to, from) =>
                from / 2 != to ? 0
                : (2 * to) + 1 < side ? 0.5f
                : 1
        );

    static float[,] Every(int side) => Fill((side + 1) / 2, side, (to, from) => from == 2 * to ? 1 : 0);

    static float[,] Transposed(float[,] matrix) =>
        Fill(matrix.GetLength(1), matrix.GetLength(0), (to, from) => matrix[from, to]);

    static float[,] Product(float[,] left, float[,] right) =>
        Fill(
            left.GetLength(0),
            right.GetLength(1),
            (i, j) =>
            {
                double sum = 0;
                for (var k = 0; k < right.GetLength(0); k++)
                {
                    sum += (double)left[i, k] * right[k, j];
                }

                return (float)sum;
            }
        );
}
