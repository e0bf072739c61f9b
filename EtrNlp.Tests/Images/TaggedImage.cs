using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

/// <summary>Puts EXIF into encoded images, as cameras and programs do.</summary>
static class TaggedImage
{
    /// <summary>A TIFF with one directory of one entry: tag 274, type SHORT (3) or LONG (4), count 1.</summary>
    public static byte[] Exif(int orientation, bool isBigEndian, int type)
    {
        var exif = new byte[26];
        (isBigEndian ? "MM"u8 : "II"u8).CopyTo(exif);
        Short(2, 42);
        Long(4, 8);
        Short(8, 1);
        Short(10, 274);
        Short(12, type);
        Long(14, 1);
        if (type == 3)
        {
            Short(18, orientation);
        }
        else
        {
            Long(18, orientation);
        }

        return exif;

        void Short(int at, int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(exif.AsSpan(at), (ushort)value);
            Turn(at, sizeof(ushort));
        }

        void Long(int at, int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(exif.AsSpan(at), value);
            Turn(at, sizeof(int));
        }

        void Turn(int at, int bytes)
        {
            if (isBigEndian)
            {
                exif.AsSpan(at, bytes).Reverse();
            }
        }
    }

    /// <summary>The image with a TIFF in the place its format has for EXIF.</summary>
    public static byte[] With(byte[] image, SKEncodedImageFormat format, byte[] exif) =>
        format switch
        {
            SKEncodedImageFormat.Jpeg => WithSegment(image, [.. "Exif\0\0"u8, .. exif]),
            SKEncodedImageFormat.Png => WithChunk(image, "eXIf", exif),
            SKEncodedImageFormat.Webp => WithRiffChunk(image, "EXIF", exif, 0x08),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };

    /// <summary>A JPEG with an APP1 segment of up to 253 bytes behind the start marker.</summary>
    public static byte[] WithSegment(byte[] jpeg, byte[] segment) =>
        [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(segment.Length + 2), .. segment, .. jpeg[2..]];

    /// <summary>A PNG with a chunk in front of the last one, which has no data.</summary>
    public static byte[] WithChunk(byte[] png, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. png[..^12], .. BigEndian((uint)data.Length), .. body, .. BigEndian(Checksum(body)), .. png[^12..]];
    }

    /// <summary>A simple WebP as an extended one: head with flag and canvas, image, chunk.</summary>
    public static byte[] WithRiffChunk(byte[] webp, string type, byte[] data, byte flag)
    {
        using var codec = SKCodec.Create(new SKMemoryStream(webp));
        var (width, height) = (codec.Info.Width - 1, codec.Info.Height - 1);
        byte[] canvas = [(byte)width, (byte)(width >> 8), 0, (byte)height, (byte)(height >> 8), 0];
        byte[] rest = [.. "WEBP"u8, .. Chunk("VP8X", [flag, 0, 0, 0, .. canvas]), .. webp[12..], .. Chunk(type, data)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(rest.Length), .. rest];

        static byte[] Chunk(string type, byte[] data) =>
            [
                .. Encoding.ASCII.GetBytes(type),
                .. BitConverter.GetBytes(data.Length),
                .. data,
                .. new byte[data.Length % 2],
            ];
    }

    static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    // PNG specification, Annex D, bit by bit.
    static uint Checksum(byte[] bytes) =>
        ~bytes.Aggregate(
            uint.MaxValue,
            (sum, value) =>
                Enumerable.Range(0, 8).Aggregate(sum ^ value, (c, _) => (c & 1) == 0 ? c >> 1 : 0xEDB88320 ^ (c >> 1))
        );
}
