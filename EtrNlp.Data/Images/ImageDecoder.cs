using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using SkiaSharp;

namespace EtrNlp.Data.Images;

/// <summary>
/// Decodes JPEG, PNG, WebP, GIF (first frame) and BMP to RGB, upright as the EXIF orientation says. Grey and CMYK
/// become RGB, transparency is dropped and colour profiles are not applied, as <c>convert("RGB")</c> of Pillow does;
/// docs/images.md lists the exceptions.
/// </summary>
public static class ImageDecoder
{
    const long MostPixels = 1 << 28;
    const long MostBytes = 1 << 28;

    // It counts the rules of this folder for what a file's pixels are.
    const int Rules = 2;

    /// <summary>
    /// What decoded pixels depend on besides the file: part of the identity of everything that stores them.
    /// </summary>
    public static string Version { get; } = $"SkiaSharp {typeof(SKCodec).Assembly.GetName().Version}, rules {Rules}";

    /// <summary>Height and width of the upright image, read from the head of the file.</summary>
    /// <exception cref="DataException">The file is not an image.</exception>
    public static ImageSize ReadSize(ImageFile image)
    {
        var file = Read(image);
        var gif = GifFirstFrame.TryFind(file);
        using var codec = Open(file, gif, image.Name);
        return Upright(codec.Info, Orientation.Of(file, codec.EncodedFormat));
    }

    /// <summary>The bytes of an image file, or of the part of a file that is meant.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static byte[] Read(ImageFile image)
    {
        try
        {
            return image.Part?.Read() ?? RegularFile.ReadBytes(image.Path, MostBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{image.Name} cannot be read ({e.Message})");
        }
    }

    /// <summary>Decodes the bytes of a file; nothing but a complete image is returned.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">The name of the image in messages.</param>
    /// <param name="upright">Whether it is turned as the EXIF orientation says.</param>
    /// <exception cref="DataException">
    /// The bytes are no image, an incomplete one or one of an unsupported kind.
    /// </exception>
    public static RgbImage Decode(byte[] file, string name, bool upright = true)
    {
        var gif = GifFirstFrame.TryFind(file);
        using var codec = Open(file, gif, name);
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels)
        {
            throw new DataException($"{name} is too large ({width:N0} x {height:N0} pixels)");
        }

        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var rented = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            var rgba = rented.AsSpan(0, info.BytesSize);
            ThrowIfBroken(Read(codec, info, rgba), codec.EncodedFormat, file, name);
            Paint(rgba, gif?.Around ?? BmpSkips.Colour(file));
            var orientation = upright ? Orientation.Of(file, codec.EncodedFormat) : 1;
            var size = Upright(info, orientation);
            return new RgbImage(Turn(rgba, info, size, orientation), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    static unsafe SKCodecResult Read(SKCodec codec, SKImageInfo info, Span<byte> rgba)
    {
        fixed (byte* pixels = rgba)
        {
            return codec.GetPixels(info, (nint)pixels);
        }
    }

    static void ThrowIfBroken(SKCodecResult result, SKEncodedImageFormat format, byte[] file, string name)
    {
        if (result != SKCodecResult.Success)
        {
            throw new DataException(Describe(result, file, name));
        }

        if (format == SKEncodedImageFormat.Png && PngChunks.Damage(file) is { } damage)
        {
            throw new DataException($"{name} is {damage}");
        }
    }

    static SKCodec Open(byte[] file, GifFirstFrame? gif, string name)
    {
        if (file.Length == 0)
        {
            throw new DataException($"{name} is empty");
        }

        if (FileSignature.OfReadable(file) is null)
        {
            var instead = FileSignature.OfOther(file) is { } other ? $" but {other}; convert it" : "";
            throw new DataException($"{name} is not a {FileSignature.Readable} image{instead}");
        }

        return SKCodec.Create(new SKMemoryStream(gif?.File ?? file), out var result)
            ?? throw new DataException(Describe(result, file, name));
    }

    static string Describe(SKCodecResult result, byte[] file, string name) =>
        result switch
        {
            SKCodecResult.IncompleteInput => $"{name} is incomplete ({file.Length:N0} bytes)",
            SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput or SKCodecResult.Unimplemented =>
                $"{name} is damaged, or a rare kind of {FileSignature.OfReadable(file)} that is not read",
            _ => $"{name} cannot be decoded ({result})",
        };

    // What is in no frame and in no run is transparent.
    static void Paint(Span<byte> rgba, byte[]? colour)
    {
        for (; colour is not null && !rgba.IsEmpty; rgba = rgba[4..])
        {
            if (rgba[3] == 0)
            {
                colour.CopyTo(rgba);
            }
        }
    }

    static ImageSize Upright(SKImageInfo stored, int orientation) =>
        IsTransposed(orientation) ? new(stored.Width, stored.Height) : new(stored.Height, stored.Width);

    // EXIF 1 to 8: from 5 on rows and columns change places; the rest is which of the stored axes runs backwards.
    static bool IsTransposed(int orientation) => orientation >= 5;

    static byte[] Turn(ReadOnlySpan<byte> rgba, SKImageInfo stored, ImageSize size, int orientation)
    {
        var rowBytes = stored.RowBytes;
        var (rowStep, columnStep) = (
            orientation is 3 or 4 or 6 or 7 ? -rowBytes : rowBytes,
            orientation is 2 or 3 or 7 or 8 ? -4 : 4
        );
        var start = (rowStep < 0 ? (stored.Height - 1) * rowBytes : 0) + (columnStep < 0 ? (stored.Width - 1) * 4 : 0);
        var (down, right) = IsTransposed(orientation) ? (columnStep, rowStep) : (rowStep, columnStep);
        var rgb = GC.AllocateUninitializedArray<byte>(size.Height * size.Width * 3);
        if (orientation == 1)
        {
            Pack(rgba, rgb);
            return rgb;
        }

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

    // Four pixels at once, of whose sixteen bytes twelve are kept.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Pack(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var kept = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
        for (; rgb.Length >= Vector128<byte>.Count; rgba = rgba[16..], rgb = rgb[12..])
        {
            Vector128.Shuffle(Vector128.Create(rgba), kept).CopyTo(rgb);
        }

        for (; !rgb.IsEmpty; rgba = rgba[4..], rgb = rgb[3..])
        {
            rgba[..3].CopyTo(rgb);
        }
    }
}
