using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using SkiaSharp;

namespace EtrNlp.Data.Images;

/// <summary>
/// How a stored image must be turned, 1 (not at all) to 8: tag 274 of EXIF (2.3, 4.6.4), or <c>tiff:Orientation</c> of
/// XMP if EXIF does not say. Found as <c>exif_transpose</c> of Pillow finds it, in JPEG, PNG and WebP.
/// </summary>
static partial class Orientation
{
    const int HeaderBytes = 8;
    const int EntryBytes = 12;
    const int Tag = 274;

    /// <summary>The orientation of a file of the given format; 1 if it says nothing of 1 to 8.</summary>
    public static int Of(byte[] file, SKEncodedImageFormat format)
    {
        var metadata = format switch
        {
            SKEncodedImageFormat.Jpeg => JpegMetadata.Read(file),
            SKEncodedImageFormat.Png => PngMetadata.Read(file),
            SKEncodedImageFormat.Webp => WebpMetadata.Read(file),
            _ => default,
        };
        var found = OfExif(metadata.Exif.Span) ?? OfXmp(metadata.Xmp.Span);
        return found is >= 1 and <= 8 ? (int)found : 1;
    }

    // The first directory of a TIFF file: its number of entries, then tag, type, count and value of each.
    static uint? OfExif(ReadOnlySpan<byte> exif)
    {
        while (exif.StartsWith("Exif\0\0"u8))
        {
            exif = exif["Exif\0\0".Length..];
        }

        var isBigEndian = exif.StartsWith("MM"u8);
        if (exif.Length < HeaderBytes || (!isBigEndian && !exif.StartsWith("II"u8)))
        {
            return null;
        }

        var start = Long(exif[4..], isBigEndian);
        if (start > exif.Length - 2)
        {
            return null;
        }

        uint? found = null;
        var entries = exif[((int)start + 2)..];
        for (var left = Short(exif[(int)start..], isBigEndian); left > 0 && entries.Length >= EntryBytes; left--)
        {
            found = Short(entries, isBigEndian) == Tag ? Value(entries, isBigEndian) : found;
            entries = entries[EntryBytes..];
        }

        return found;
    }

    // A single whole number; anything else is as good as no orientation.
    static uint Value(ReadOnlySpan<byte> entry, bool isBigEndian) =>
        Long(entry[4..], isBigEndian) != 1
            ? 0
            : Short(entry[2..], isBigEndian) switch
            {
                3 or 8 => Short(entry[8..], isBigEndian),
                4 or 9 => Long(entry[8..], isBigEndian),
                _ => 0,
            };

    static uint? OfXmp(ReadOnlySpan<byte> xmp) =>
        XmpOrientation().Match(Encoding.Latin1.GetString(xmp)) is { Success: true } match
            ? (uint)(match.Groups[1].ValueSpan[0] - '0')
            : null;

    static ushort Short(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    static uint Long(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    [GeneratedRegex("tiff:Orientation(?:=\"|>)([0-9])")]
    private static partial Regex XmpOrientation();
}
