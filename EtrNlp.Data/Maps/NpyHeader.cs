using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtrNlp.Data.Maps;

/// <summary>What stands before the numbers of a .npy file (numpy, lib/format.py), versions 1 to 3.</summary>
/// <param name="Type">As numpy writes it: order of bytes, kind, bytes of a number.</param>
/// <param name="IsFortran">True where the first index varies fastest.</param>
/// <param name="Shape">The lengths of the axes.</param>
/// <param name="DataAt">Where the numbers begin.</param>
sealed partial record NpyHeader(string Type, bool IsFortran, ImmutableArray<long> Shape, int DataAt)
{
    const int VersionAt = 6;
    const int LengthAt = 8;

    // As numpy has it: more than this is no array of numbers.
    const int Longest = 10_000;
    const int MostAxes = 32;

    /// <summary>True for bytes that begin as a .npy file does.</summary>
    public static bool Begins(ReadOnlySpan<byte> file) =>
        file.Length > 0 && file[0] == 0x93 && file[1..].StartsWith("NUMPY"u8);

    /// <inheritdoc/>
    public override string ToString() => $"{Type}, ({string.Join(", ", Shape)}{(Shape.Length == 1 ? "," : "")})";

    /// <summary>Reads it; null where it is none.</summary>
    public static NpyHeader? Read(ReadOnlySpan<byte> file)
    {
        if (
            file.Length < LengthAt + sizeof(uint)
            || file[VersionAt] is not (>= 1 and <= 3 and var version)
            || file[VersionAt + 1] != 0
        )
        {
            return null;
        }

        var (length, at) =
            version == 1
                ? (BinaryPrimitives.ReadUInt16LittleEndian(file[LengthAt..]), LengthAt + sizeof(ushort))
                : (BinaryPrimitives.ReadUInt32LittleEndian(file[LengthAt..]), LengthAt + sizeof(uint));
        if (length > Math.Min(Longest, file.Length - at))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(file.Slice(at, (int)length));
        return Dictionary().Match(text) is { Success: true } match
            && match.Groups["type"] is { Success: true, Value: var type }
            && match.Groups["order"] is { Success: true, Value: var order }
            && match.Groups["shape"] is { Success: true, Value: var shape }
            && Lengths(shape) is { } lengths
            ? new NpyHeader(type, order == "True", [.. lengths], at + (int)length)
            : null;
    }

    // A tuple as Python writes it: one length has a comma behind it, and none begins with a needless 0.
    static long[]? Lengths(string shape)
    {
        var parts = shape.Split(',', StringSplitOptions.TrimEntries);
        parts = parts[^1].Length == 0 ? parts[..^1] : parts.Length == 1 ? ["?"] : parts;
        var lengths = Array.ConvertAll(
            parts,
            part =>
                (part == "0" || !part.StartsWith('0'))
                && int.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    ? length
                    : -1L
        );
        return lengths.Length <= MostAxes && lengths.All(length => length >= 0) ? lengths : null;
    }

    // Three keys in any order, each read in one way only: else a header could take hours. A type is a text, or a list
    // of named ones; Python 2 wrote an L behind numbers.
    [GeneratedRegex(
        @"^\{\s*(?>('descr'\s*:\s*(?<type>'[^']*'|\[[^}\]]*\])|'fortran_order'\s*:\s*(?<order>True|False)"
            + @"|'shape'\s*:\s*\((?<shape>[\dL,\s]*)\))\s*(,\s*|(?=\}))){3}\}\s*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Dictionary();
}
