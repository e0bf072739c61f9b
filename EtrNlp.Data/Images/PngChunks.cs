using System.Buffers.Binary;

namespace EtrNlp.Data.Images;

/// <summary>
/// The chunks of a PNG file and their checksums (PNG specification, 5.3 and Annex D). A decoder that has all rows looks no further, and
/// rows that were put together from damaged data are rows as well.
/// </summary>
static class PngChunks
{
    const int SignatureBytes = 8;
    const int LengthBytes = 4;
    const int TypeBytes = 4;
    const int ChecksumBytes = 4;
    const uint Polynomial = 0xEDB88320;

    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) == 0 ? c >> 1 : Polynomial ^ (c >> 1)))];

    /// <summary>What is wrong with a file that begins as a PNG does, as "X is ..." goes on; null where every chunk to the last is whole.</summary>
    internal static string? Damage(ReadOnlySpan<byte> file)
    {
        var at = SignatureBytes;
        while (at + LengthBytes + TypeBytes + ChecksumBytes <= file.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - LengthBytes - TypeBytes - ChecksumBytes)
            {
                break;
            }

            var chunk = file.Slice(at + LengthBytes, TypeBytes + (int)length);
            at += LengthBytes + chunk.Length;
            if (Checksum(chunk) != BinaryPrimitives.ReadUInt32BigEndian(file[at..]))
            {
                return "damaged (a checksum of the file does not agree)";
            }

            if (chunk.StartsWith("IEND"u8))
            {
                return null;
            }

            at += ChecksumBytes;
        }

        return FormattableString.Invariant($"incomplete ({file.Length:N0} bytes)");
    }

    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var c = uint.MaxValue;
        foreach (var value in bytes)
        {
            c = Table[(c ^ value) & 0xFF] ^ (c >> 8);
        }

        return ~c;
    }
}
