using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.ImageTable;

/// <summary>An opened table: pixels come from the pack, labels from the table.</summary>
sealed class ImageTableDataset(LabelTable table, PackedImages images, DataDigest digest) : IDataset
{
    readonly int[][] _rows = [.. Enum.GetValues<Split>().Select(table.RowsOf)]; // [splits][images of the split]

    public DataDigest Digest => digest;

    public int Count(Split split) => _rows[(int)split].Length;

    public void ReadImages(Split split, ReadOnlySpan<int> indices, Span<byte> pixels)
    {
        Require(pixels.Length, indices.Length, images.ImageBytes);
        for (var i = 0; i < indices.Length; i++)
        {
            images.Read(_rows[(int)split][indices[i]], pixels.Slice(i * images.ImageBytes, images.ImageBytes));
        }
    }

    public void ReadColumns(Split split, ReadOnlySpan<int> indices, Span<float> values)
    {
        Require(values.Length, indices.Length, table.Columns.Count);
        for (int i = 0, to = 0; i < indices.Length; i++)
        {
            foreach (var column in table.Columns)
            {
                values[to++] = column[_rows[(int)split][indices[i]]];
            }
        }
    }

    public void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values) =>
        throw new NotSupportedException("a table has no maps");

    public void Dispose() => images.Dispose();

    static void Require(int length, int count, int each)
    {
        if (length != count * each)
        {
            throw new ArgumentException($"expected room for {count} x {each} values, got {length}");
        }
    }
}
