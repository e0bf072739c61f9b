using System.Buffers.Binary;

namespace EtrNlp.Data.Images;

/// <summary>The metadata of a WebP: chunks that the head of an extended file announces (RFC 9649, 2.7).</summary>
static class WebpMetadata
{
    const int RiffBytes = 12;
    const int HeadBytes = 8;
    const byte HasXmp = 0x04,
        HasExif = 0x08;

    /// <summary>The first EXIF block and the first XMP packet.</summary>
    public static ImageMetadata Read(ReadOnlyMemory<byte> file)
    {
        var (found, flags) = (default(ImageMetadata), (byte)0);
        for (var rest = file[Math.Min(RiffBytes, file.Length)..]; TryNext(ref rest, out var type, out var data);)
        {
            if (type.SequenceEqual("VP8X"u8) && data.Length > 0)
            {
                flags = data.Span[0];
            }
            else if (type.SequenceEqual("EXIF"u8) && (flags & HasExif) != 0 && found.Exif.IsEmpty)
            {
                found = found with { Exif = data };
            }
            else if (type.SequenceEqual("XMP "u8) && (flags & HasXmp) != 0 && found.Xmp.IsEmpty)
            {
                found = found with { Xmp = data };
            }
        }

        return found;
    }

    // Four letters, the length, the data, and a byte that makes an odd length even.
    static bool TryNext(ref ReadOnlyMemory<byte> rest, out ReadOnlySpan<byte> type, out ReadOnlyMemory<byte> data)
    {
        type = default;
        data = default;
        if (rest.Length < HeadBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[4..]);
        if (length > rest.Length - HeadBytes)
        {
            return false;
        }

        type = rest.Span[..4];
        data = rest.Slice(HeadBytes, (int)length);
        rest = rest[Math.Min(HeadBytes + (int)length + (int)(length & 1), rest.Length)..];
        return true;
    }
}
