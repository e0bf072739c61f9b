using System.Buffers.Binary;

namespace EtrNlp.Data.Images;

/// <summary>A chunk of a PNG file.</summary>
/// <param name="Body">Its type, four letters, and its data.</param>
/// <param name="Checksum">What the file says that the checksum of the body is.</param>
readonly record struct PngChunk(ReadOnlyMemory<byte> Body, uint Checksum)
{
    /// <summary>Bytes of a type.</summary>
    public const int TypeBytes = 4;

    /// <summary>The data.</summary>
    public ReadOnlyMemory<byte> Data => Body[TypeBytes..];

    /// <summary>True if the chunk has this type.</summary>
    public bool Is(ReadOnlySpan<byte> type) => Body.Span.StartsWith(type);
}

/// <summary>
/// The chunks of a PNG file and their checksums (PNG specification, 5.3 and Annex D). A decoder that has all rows looks
/// no further, and rows that were put together from damaged data are rows as well.
/// </summary>
static class PngChunks
{
    const int SignatureBytes = 8;
    const int LengthBytes = 4;
    const int ChecksumBytes = 4;
    const uint Polynomial = 0xEDB88320;

    static readonly uint[] Table =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(n =>
                Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) == 0 ? c >> 1 : Polynomial ^ (c >> 1))
            ),
    ];

    /// <summary>The chunks of a file that begins as a PNG does, up to the last one or to one that is cut off.</summary>
    internal static IEnumerable<PngChunk> Of(ReadOnlyMemory<byte> file)
    {
        var at = SignatureBytes;
        while (at + LengthBytes + PngChunk.TypeBytes + ChecksumBytes <= file.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]);
            if (length > file.Length - at - LengthBytes - PngChunk.TypeBytes - ChecksumBytes)
            {
                yield break;
            }

            var body = file.Slice(at + LengthBytes, PngChunk.TypeBytes + (int)length);
            at += LengthBytes + body.Length;
            var chunk = new PngChunk(body, BinaryPrimitives.ReadUInt32BigEndian(file.Span[at..]));
            at += ChecksumBytes;
            yield return chunk;
            if (chunk.Is("IEND"u8))
            {
                yield break;
            }
        }
    }

    /// <summary>
    /// What is wrong with a file that begins as a PNG does, as "X is ..." goes on; null if every chunk to the last is
    /// whole.
    /// </summary>
    internal static string? Damage(ReadOnlyMemory<byte> file)
    {
        foreach (var chunk in Of(file))
        {
            if (Checksum(chunk.Body.Span) != chunk.Checksum)
            {
                return "damaged (a checksum of the file does not agree)";
            }

            if (chunk.Is("IEND"u8))
            {
                return null;
            }
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
