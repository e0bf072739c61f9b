using System.Buffers.Binary;
using System.Collections.Immutable;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Maps;

/// <summary>
/// The numbers of a .npy file (numpy, lib/format.py): versions 1 to 3, both orders of axes and of bytes. Python objects
/// are refused, since loading them could run code.
/// </summary>
/// <param name="Type">As numpy writes it: order of bytes, kind, bytes of a number.</param>
/// <param name="Shape">The lengths of the axes.</param>
/// <param name="Values">The numbers, the last index varying fastest.</param>
public sealed record NpyArray(string Type, ImmutableArray<long> Shape, double[] Values)
{
    const long Most = 3L << 26;

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="DataException">They are damaged, or hold something else than numbers.</exception>
    public static NpyArray Read(byte[] file, string name)
    {
        var header =
            NpyHeader.Read(file)
            ?? throw new DataException($"{name} has a header that numpy does not write, or is cut off within it");
        var (order, kind) = header.Type.Length == 5 ? (header.Type[1], header.Type[2..4]) : (' ', "");
        var read = Reader(kind, order == '>');
        if (read is null || !"<>|=".Contains(order))
        {
            throw new DataException(
                header.Type.Contains('O', StringComparison.Ordinal)
                    ? $"{name} holds Python objects ({header.Type}), which are not read because loading them "
                        + "could run code"
                    : $"{name} holds {header.Type}, expected plain numbers"
            );
        }

        var bytes = kind[1] - '0';
        var count = header.Shape.Aggregate(1L, (product, length) => Math.Min(product * length, Most + 1));
        var (found, expected) = (file.Length - header.DataAt, count * bytes);
        return
            count > Most
                ? throw new DataException($"{name} is too large ({header}; at most {Most:N0} numbers are read)")
            : found != expected
                ? throw new DataException(
                    found < expected
                        ? $"{name} ends after {found:N0} of {expected:N0} bytes of numbers (header: {header})"
                        : $"{name} has {found - expected:N0} bytes more than its numbers (header: {header})"
                )
            : new NpyArray(header.Type, header.Shape, Numbers(file, header, (int)count, bytes, read));
    }

    static double[] Numbers(byte[] file, NpyHeader header, int count, int bytes, ReadNumber read)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var to = header.IsFortran ? FromFortran(i, header.Shape) : i;
            values[to] = read(file.AsSpan(header.DataAt + (i * bytes), bytes));
        }

        return values;
    }

    static int FromFortran(int index, ImmutableArray<long> shape)
    {
        var (rest, stride, position) = ((long)index, 1L, 0L);
        foreach (var length in shape)
        {
            stride *= length;
        }

        foreach (var length in shape)
        {
            stride /= length;
            position += rest % length * stride;
            rest /= length;
        }

        return (int)position;
    }

    static ReadNumber? Reader(string kind, bool isBig) =>
        (kind, isBig) switch
        {
            ("b1" or "u1", _) => bytes => bytes[0],
            ("i1", _) => bytes => (sbyte)bytes[0],
            ("u2", false) => bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            ("u2", true) => bytes => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            ("i2", false) => bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ("i2", true) => bytes => BinaryPrimitives.ReadInt16BigEndian(bytes),
            ("u4", false) => bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            ("u4", true) => bytes => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            ("i4", false) => bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ("i4", true) => bytes => BinaryPrimitives.ReadInt32BigEndian(bytes),
            ("u8", false) => bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            ("u8", true) => bytes => BinaryPrimitives.ReadUInt64BigEndian(bytes),
            ("i8", false) => bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            ("i8", true) => bytes => BinaryPrimitives.ReadInt64BigEndian(bytes),
            ("f2", false) => bytes => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            ("f2", true) => bytes => (double)BinaryPrimitives.ReadHalfBigEndian(bytes),
            ("f4", false) => bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            ("f4", true) => bytes => BinaryPrimitives.ReadSingleBigEndian(bytes),
            ("f8", false) => bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            ("f8", true) => bytes => BinaryPrimitives.ReadDoubleBigEndian(bytes),
            _ => null,
        };

    delegate double ReadNumber(ReadOnlySpan<byte> bytes);
}
