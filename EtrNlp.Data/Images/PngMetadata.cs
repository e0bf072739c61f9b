using System.IO.Compression;
using System.Text;

namespace EtrNlp.Data.Images;

/// <summary>
/// The metadata of a PNG (PNG specification, 11.3): its eXIf chunk, and texts in which ImageMagick and Adobe keep the
/// same.
/// </summary>
static class PngMetadata
{
    const int LongestText = 1 << 20;

    /// <summary>What is found up to the end of the image; of several the last.</summary>
    public static ImageMetadata Read(ReadOnlyMemory<byte> file)
    {
        ReadOnlyMemory<byte> chunk = default,
            profile = default,
            xmp = default;
        foreach (var each in PngChunks.Of(file))
        {
            chunk = each.Is("eXIf"u8) ? each.Data : chunk;
            profile = Text(each, "Raw profile type exif\0"u8) is { } text ? Hexadecimal(text) : profile;
            xmp = Text(each, "XML:com.adobe.xmp\0"u8) ?? xmp;
        }

        return new ImageMetadata(chunk.IsEmpty ? profile : chunk, xmp);
    }

    // tEXt: keyword, text. zTXt: keyword, method, packed text.
    // iTXt: keyword, flag, method, language with a zero, keyword once more with a zero, text.
    static ReadOnlyMemory<byte>? Text(PngChunk chunk, ReadOnlySpan<byte> keyword)
    {
        if (!chunk.Data.Span.StartsWith(keyword))
        {
            return null;
        }

        var rest = chunk.Data[keyword.Length..];
        if (chunk.Is("tEXt"u8))
        {
            return rest;
        }

        if (chunk.Is("zTXt"u8) && rest.Length > 1)
        {
            return Unpack(rest[1..]);
        }

        if (!chunk.Is("iTXt"u8) || rest.Length < 2)
        {
            return null;
        }

        var (isPacked, text) = (rest.Span[0] != 0, AfterZero(AfterZero(rest[2..])));
        return isPacked ? Unpack(text) : text;
    }

    static ReadOnlyMemory<byte> AfterZero(ReadOnlyMemory<byte> bytes) => bytes[(bytes.Span.IndexOf((byte)0) + 1)..];

    static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed)
    {
        try
        {
            using var stream = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var text = new byte[LongestText];
            return text.AsMemory(0, stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false));
        }
        catch (InvalidDataException)
        {
            return default;
        }
    }

    // ImageMagick: an empty line, the name of the profile, its length, then lines of digits.
    static byte[] Hexadecimal(ReadOnlyMemory<byte> text)
    {
        var digits = string.Concat(Encoding.Latin1.GetString(text.Span).Split('\n').Skip(3)).Trim();
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : [];
    }
}
