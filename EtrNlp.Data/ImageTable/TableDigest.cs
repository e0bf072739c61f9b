using System.Buffers.Binary;
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
    const int HashBytes = SHA256.HashSizeInBytes;

    readonly LabelTable _table;
    readonly SourceImages _sources;
    readonly MapHashes[] _maps; // of source files
    readonly byte[] _names; // of the columns, each once, in the order of their names, and what the maps mean
    readonly IReadOnlyList<byte>[] _labels; // [columns][rows], in that order

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
        _labels = Array.ConvertAll(columns, column => column.Labels);
    }

    int Rows => _table.Splits.Count;

    int LabelBytes => _labels.Length + _maps.Length * HashBytes;

    /// <summary>The hashes of source images and labels; needs no pack.</summary>
    public SourceDigest Sources => new(Of(split => split == Split.Train), Of(split => split != Split.Train));

    /// <summary>All hashes, given those of what images and maps were decoded to.</summary>
    public DataDigest With(string pixels, params MapHashes[] maps) =>
        new(
            Rows,
            Labels(InOrder(maps)),
            DataDigest.Of([.. _table.Splits.Select(split => (byte)split)]),
            pixels,
            Sources
        );

    string Labels(MapHashes[] maps)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_names);
        var labels = new byte[LabelBytes];
        for (var row = 0; row < Rows; row++)
        {
            CopyLabels(row, maps, labels);
            hash.AppendData(labels);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // In the order of their own hashes, so that the order of rows does not count.
    string Of(Func<Split, bool> isMeant)
    {
        int[] rows = [.. Enumerable.Range(0, Rows).Where(row => isMeant(_table.Splits[row]))];
        var hashes = new RowHash[rows.Length];
        Concurrent.For(rows.Length, i => hashes[i] = Hash(rows[i]), CancellationToken.None);
        Array.Sort(hashes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_names);
        Span<byte> bytes = stackalloc byte[HashBytes];
        foreach (var row in hashes)
        {
            row.Write(bytes);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    RowHash Hash(int row)
    {
        Span<byte> parts = stackalloc byte[1 + HashBytes + LabelBytes];
        Span<byte> hash = stackalloc byte[HashBytes];
        parts[0] = (byte)_table.Splits[row];
        _sources.Hashes.Span.Slice(row * HashBytes, HashBytes).CopyTo(parts[1..]);
        CopyLabels(row, _maps, parts[(1 + HashBytes)..]);
        SHA256.HashData(parts, hash);
        return RowHash.Read(hash);
    }

    void CopyLabels(int row, MapHashes[] maps, Span<byte> labels)
    {
        for (var i = 0; i < _labels.Length; i++)
        {
            labels[i] = _labels[i][row];
        }

        for (var i = 0; i < maps.Length; i++)
        {
            maps[i].Of(row).CopyTo(labels[(_labels.Length + i * HashBytes)..]);
        }
    }

    static MapHashes[] InOrder(MapHashes[] maps) => [.. maps.OrderBy(map => map.Text, StringComparer.Ordinal)];

    // Compares as its bytes do.
    readonly record struct RowHash(UInt128 First, UInt128 Last) : IComparable<RowHash>
    {
        public static RowHash Read(ReadOnlySpan<byte> hash) =>
            new(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));

        public void Write(Span<byte> hash)
        {
            BinaryPrimitives.WriteUInt128BigEndian(hash, First);
            BinaryPrimitives.WriteUInt128BigEndian(hash[16..], Last);
        }

        public int CompareTo(RowHash other) =>
            First == other.First ? Last.CompareTo(other.Last) : First.CompareTo(other.First);
    }
}
