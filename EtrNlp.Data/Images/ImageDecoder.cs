using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using SkiaSharp;

namespace EtrNlp.Data.Images;

/// <summary>
/// Decodes JPEG, PNG, WebP, GIF (first frame) and BMP to RGB, upright as the EXIF orientation says. Grey and CMYK become RGB,
/// transparency is dropped and colour profiles are not applied, as <c>convert("RGB")</c> of Pillow does.
/// </summary>
public static class ImageDecoder
{
    const long MostPixels = 1 << 28;
    const long MostBytes = 1 << 28;

    // The library knows more, and some of it begins with next to anything: a WBMP image with two zeros.
    static readonly SKEncodedImageFormat[] Known = [SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp, SKEncodedImageFormat.Gif, SKEncodedImageFormat.Bmp];

    /// <summary>What decoded pixels depend on besides the file: part of the identity of everything that stores them.</summary>
    public static string Version { get; } = $"SkiaSharp {typeof(SKCodec).Assembly.GetName().Version}";

    /// <summary>Height and width of the upright image, read from the head of the file.</summary>
    /// <exception cref="DataException">The file is not an image.</exception>
    public static ImageSize ReadSize(ImageFile image)
    {
        using var codec = Open(Read(image), image.Name);
        return Upright(codec);
    }

    /// <summary>The bytes of an image file.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static byte[] Read(ImageFile image)
    {
        try
        {
            return RegularFile.ReadBytes(image.Path, MostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{image.Name} cannot be read ({e.Message})");
        }
    }

    /// <summary>Decodes the bytes of a file; nothing but a complete image is returned.</summary>
    /// <exception cref="DataException">The bytes are no image, an incomplete one or one of an unsupported kind.</exception>
    public static RgbImage Decode(byte[] file, string name)
    {
        using var codec = Open(file, name);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels)
        {
            throw new DataException($"{name} is too large ({width:N0} x {height:N0} pixels)");
        }

        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
        {
            throw new DataException(Describe(result, file, name));
        }

        if (codec.EncodedFormat == SKEncodedImageFormat.Png && PngChunks.Damage(file) is { } damage)
        {
            throw new DataException($"{name} is {damage}");
        }

        var size = Upright(codec);
        return new RgbImage(Turn(bitmap.GetPixelSpan(), bitmap.RowBytes, codec.Info, size, (int)codec.EncodedOrigin), size);
    }

    static SKCodec Open(byte[] file, string name)
    {
        if (file.Length == 0)
        {
            throw new DataException($"{name} is empty");
        }

        var codec = SKCodec.Create(new SKMemoryStream(file), out var result) ?? throw new DataException(Describe(result, file, name));
        if (Known.Contains(codec.EncodedFormat))
        {
            return codec;
        }

        codec.Dispose();
        throw new DataException(Describe(SKCodecResult.Unimplemented, file, name));
    }

    static string Describe(SKCodecResult result, byte[] file, string name) => result switch
    {
        SKCodecResult.IncompleteInput => $"{name} is incomplete ({file.Length:N0} bytes)",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => $"{name} is damaged",
        SKCodecResult.Unimplemented => $"{name} is not a JPEG, PNG, WebP, GIF or BMP image",
        _ => $"{name} cannot be decoded ({result})",
    };

    static ImageSize Upright(SKCodec codec) =>
        IsTransposed((int)codec.EncodedOrigin) ? new(codec.Info.Width, codec.Info.Height) : new(codec.Info.Height, codec.Info.Width);

    // EXIF 1 to 8: from 5 on rows and columns change places; the rest is which of the stored axes runs backwards.
    static bool IsTransposed(int orientation) => orientation >= 5;

    static byte[] Turn(ReadOnlySpan<byte> rgba, int rowBytes, SKImageInfo stored, ImageSize size, int orientation)
    {
        var (rowStep, columnStep) = (orientation is 3 or 4 or 6 or 7 ? -rowBytes : rowBytes, orientation is 2 or 3 or 7 or 8 ? -4 : 4);
        var start = (rowStep < 0 ? (stored.Height - 1) * rowBytes : 0) + (columnStep < 0 ? (stored.Width - 1) * 4 : 0);
        var (down, right) = IsTransposed(orientation) ? (columnStep, rowStep) : (rowStep, columnStep);
        var rgb = new byte[size.Height * size.Width * 3];
        for (int y = 0, to = 0; y < size.Height; y++)
        {
            for (int x = 0, from = start + y * down; x < size.Width; x++, from += right, to += 3)
            {
                rgb[to] = rgba[from];
                rgb[to + 1] = rgba[from + 1];
                rgb[to + 2] = rgba[from + 2];
            }
        }

        return rgb;
    }
}
