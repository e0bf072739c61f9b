using System.Buffers.Binary;

namespace EtrNlp.Data.Images;

/// <summary>The metadata of a JPEG: APP1 segments in front of the scans (ITU T.81, B.1.1; EXIF 2.3, 4.7).</summary>
static class JpegMetadata
{
    const byte App1 = 0xE1;
    const byte StartOfScan = 0xDA;
    const byte EndOfImage = 0xD9;
    const int ChannelsAt = 5; // of a frame header: after precision, height and width

    /// <summary>The first EXIF block and the last XMP packet, as Pillow takes them.</summary>
    public static ImageMetadata Read(ReadOnlyMemory<byte> file)
    {
        var found = default(ImageMetadata);
        var rest = file;
        while (TryNext(ref rest, out var marker, out var segment) && marker is not (StartOfScan or EndOfImage))
        {
            if (marker == App1 && segment.Span.StartsWith("Exif\0"u8) && found.Exif.IsEmpty)
            {
                found = found with { Exif = segment };
            }
            else if (marker == App1 && segment.Span.StartsWith("http://ns.adobe.com/xap/1.0/\0"u8))
            {
                found = found with { Xmp = segment };
            }
        }

        return found;
    }

    /// <summary>Channels of the image, as its frame header says (B.2.2); 0 where there is none.</summary>
    public static int Channels(ReadOnlyMemory<byte> file)
    {
        while (TryNext(ref file, out var marker, out var segment) && marker is not (StartOfScan or EndOfImage))
        {
            if (IsStartOfFrame(marker) && segment.Length > ChannelsAt)
            {
                return segment.Span[ChannelsAt];
            }
        }

        return 0;
    }

    // All of C0 to CF but tables of Huffman codes, an extension, and conditions of arithmetic codes.
    static bool IsStartOfFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // A marker is 0xFF and a byte that is neither 0 nor 0xFF; what stands between segments is skipped, as decoders do.
    static bool TryNext(ref ReadOnlyMemory<byte> rest, out byte marker, out ReadOnlyMemory<byte> segment)
    {
        (marker, segment) = (0, default);
        while (marker is 0 or 0xFF || HasNoLength(marker))
        {
            var at = rest.Span.IndexOf((byte)0xFF);
            if (at < 0 || at + 1 >= rest.Length)
            {
                return false;
            }

            marker = rest.Span[at + 1];
            rest = rest[(marker == 0xFF ? at + 1 : at + 2)..];
        }

        var length = rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest.Span);
        if (length < 2 || length > rest.Length)
        {
            return false;
        }

        segment = rest[2..length];
        rest = rest[length..];
        return true;
    }

    // Start of image, restarts and TEM.
    static bool HasNoLength(byte marker) => marker is 0xD8 or 0x01 or (>= 0xD0 and <= 0xD7);
}
