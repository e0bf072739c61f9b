using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.ImageTable;

/// <summary>The hashes of a map of every row, [N, 32], and what the map means.</summary>
sealed record MapHashes(string Text, ReadOnlyMemory<byte> Rows)
{
    /// <summary>That of a row.</summary>
    public ReadOnlySpan<byte> Of(int row) => Rows.Span.Slice(row * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
}

/// <summary>
/// Hashes a table with its images and the files of its maps; what the files are called does not count.
/// </summary>
sealed class TableDigest
{
    readonly LabelTable _table;
    readonly SourceImages _sources;
    readonly MapHashes[] _maps; // of source files
    readonly byte[] _names; // of the columns, each once, in the order of their names, and what the maps mean
    readonly byte[][] _labels; // [rows][columns], in that order

    public TableDigest(LabelTable table, DatasetRequest request, SourceImages sources, params MapHashes[] maps)
    {
        (_table, _sources, _maps) = (table, sources, InOrder(maps));
        var columns = request
            .Columns.Zip(table.Columns)
            .Select(pair => (pair.First.Meaning, Labels: pair.Second))
            .DistinctBy(column => column.Meaning)
            .OrderBy(column => column.Meaning, StringComparer.Ordinal)
            .ToArray();
        _names = Encoding.UTF8.GetBytes(
            string.Join('\n', columns.Select(column => column.Meaning))
                + "\n"
                + string.Concat(_maps.Select(map => $"map {map.Text}\n"))
        );
        _labels =
        [
            .. Enumerable
                .Range(0, table.Splits.Count)
                .Select(row => Array.ConvertAll(columns, column => column.Labels[row])),
        ];
    }

    /// <summary>The hashes of source images and labels; needs no pack.</summary>
    public SourceDigest Sources => new(Of(split => split == Split.Train), Of(split => split != Split.Train));

    /// <summary>All hashes, given those of what images and maps were decoded to.</summary>
    public DataDigest With(string pixels, params MapHashes[] maps) =>
        new(
            _labels.Length,
            DataDigest.Of([.. _names, .. Rows(_ => true).SelectMany(row => LabelsOf(row, InOrder(maps)))]),
            DataDigest.Of([.. _table.Splits.Select(split => (byte)split)]),
            pixels,
            Sources
        );

    // In the order of their own hashes, so that the order of rows does not count.
    string Of(Func<Split, bool> isMeant)
    {
        var rows = Rows(isMeant).Select(Row).ToArray();
        Array.Sort(rows, (a, b) => a.AsSpan().SequenceCompareTo(b));
        return DataDigest.Of([.. _names, .. rows.SelectMany(row => row)]);
    }

    byte[] Row(int row)
    {
        var source = _sources.Hashes.Slice(row * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
        return SHA256.HashData([(byte)_table.Splits[row], .. source.Span, .. LabelsOf(row, _maps)]);
    }

    byte[] LabelsOf(int row, MapHashes[] maps) => [.. _labels[row], .. maps.SelectMany(map => map.Of(row).ToArray())];

    IEnumerable<int> Rows(Func<Split, bool> isMeant) =>
        Enumerable.Range(0, _labels.Length).Where(row => isMeant(_table.Splits[row]));

    static MapHashes[] InOrder(MapHashes[] maps) => [.. maps.OrderBy(map => map.Text, StringComparer.Ordinal)];
}
