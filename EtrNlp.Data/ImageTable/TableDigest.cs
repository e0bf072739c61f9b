using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.ImageTable;

/// <summary>Hashes a table with its image files; what the files are called does not count.</summary>
sealed class TableDigest
{
    readonly LabelTable _table;
    readonly SourceImages _sources;
    readonly byte[] _names; // of the columns, each once, in the order of their names
    readonly byte[][] _labels; // [rows][columns], in that order

    public TableDigest(LabelTable table, DatasetRequest request, SourceImages sources)
    {
        (_table, _sources) = (table, sources);
        var columns = request
            .Columns.Zip(table.Columns)
            .DistinctBy(pair => pair.First.Name)
            .OrderBy(pair => pair.First.Name, StringComparer.Ordinal)
            .ToArray();
        _names = Encoding.UTF8.GetBytes(string.Join('\n', columns.Select(pair => pair.First.Name)) + "\n");
        _labels =
        [
            .. Enumerable
                .Range(0, table.Splits.Count)
                .Select(row => Array.ConvertAll(columns, pair => pair.Second[row])),
        ];
    }

    /// <summary>The hashes of source images and labels; needs no pack.</summary>
    public SourceDigest Sources => new(Of(split => split == Split.Train), Of(split => split != Split.Train));

    /// <summary>All hashes.</summary>
    public DataDigest With(string pixels) =>
        new(
            _labels.Length,
            DataDigest.Of([.. _names, .. _labels.SelectMany(row => row)]),
            DataDigest.Of([.. _table.Splits.Select(split => (byte)split)]),
            pixels,
            Sources
        );

    // In the order of their own hashes, so that the order of rows does not count.
    string Of(Func<Split, bool> isMeant)
    {
        var rows = Enumerable.Range(0, _labels.Length).Where(row => isMeant(_table.Splits[row])).Select(Row).ToArray();
        Array.Sort(rows, (a, b) => a.AsSpan().SequenceCompareTo(b));
        return DataDigest.Of([.. _names, .. rows.SelectMany(row => row)]);
    }

    byte[] Row(int row)
    {
        var source = _sources.Hashes.Slice(row * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
        return SHA256.HashData([(byte)_table.Splits[row], .. source.Span, .. _labels[row]]);
    }
}
