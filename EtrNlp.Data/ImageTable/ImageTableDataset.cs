using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>An opened table: pixels and maps come from packs, labels from the table.</summary>
sealed class ImageTableDataset(
    LabelTable table,
    PackedImages images,
    DataDigest digest,
    IReadOnlyList<(PackedImages Pack, MapReader Read)> maps,
    DepthKind depth
) : IDataset
{
    readonly int[][] _rows = [.. Enum.GetValues<Split>().Select(table.RowsOf)]; // [splits][images of the split]

    public DataDigest Digest => digest;

    public DepthKind Depth => depth;

    public IReadOnlyList<PackSummary> Packs =>
        [.. maps.Select(map => map.Pack).Prepend(images).Distinct().Select(pack => pack.Summary)];

    public int Count(Split split) => _rows[(int)split].Length;

    public bool HasUnknown(int column) => table.Columns[column].Contains(LabelTable.Unknown);

    public string NameOf(Split split, int index) => table.Images[_rows[(int)split][index]].Name;

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
                var label = column[_rows[(int)split][indices[i]]];
                values[to++] = label == LabelTable.Unknown ? float.NaN : label;
            }
        }
    }

    public void ReadMap(int map, Split split, ReadOnlySpan<int> indices, Span<float> values)
    {
        var (pack, read) = maps[map];
        var (kept, length) = (new byte[pack.ImageBytes], values.Length / indices.Length);
        for (var i = 0; i < indices.Length; i++)
        {
            pack.Read(_rows[(int)split][indices[i]], kept);
            read(kept, values.Slice(i * length, length));
        }
    }

    public void Dispose()
    {
        images.Dispose();
        foreach (var (pack, _) in maps)
        {
            pack.Dispose();
        }
    }

    static void Require(int length, int count, int each)
    {
        if (length != count * each)
        {
            throw new ArgumentException($"expected room for {count} x {each} values, got {length}");
        }
    }
}
