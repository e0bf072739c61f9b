using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Images;

/// <summary>What stands at the head of a pack, as JSON.</summary>
/// <param name="Format">The format of the pack.</param>
/// <param name="Content">The hash of all that the pixels depend on.</param>
/// <param name="Height">Of each image, in pixels.</param>
/// <param name="Width">Of each image, in pixels.</param>
/// <param name="Count">How many images there are.</param>
/// <param name="PixelBytes">Bytes of a pixel; packs from before there were maps do not say it.</param>
public sealed record PackHeader(int Format, string Content, int Height, int Width, int Count, int PixelBytes = 3)
{
    /// <summary>The format that is written and read.</summary>
    public const int CurrentFormat = 1;

    /// <summary>True if a pack of this content has this many images and can be read.</summary>
    public bool IsOf(string content, int count, int pixelBytes) =>
        Format == CurrentFormat
        && Content == content
        && Count == count
        && PixelBytes == pixelBytes
        && Height > 0
        && Width > 0
        && Width <= int.MaxValue / PixelBytes / Height;
}

/// <summary>
/// A file of decoded images, or maps, of one size: length of the header (8 bytes, little-endian), header, pixels
/// [N, H, W, bytes of a pixel], SHA-256 of each image's pixels [N, 32], SHA-256 of header and hashes. It is opened only
/// where it is whole; pixels are checked when they are read.
/// </summary>
public sealed class ImagePack : IDisposable
{
    internal const int HashBytes = SHA256.HashSizeInBytes;
    const int LongestHeader = 4096;

    readonly SafeFileHandle _file;
    readonly PackLayout _layout;
    readonly byte[] _hashes; // [N, 32]
    readonly bool[] _checked; // [N]

    ImagePack(SafeFileHandle file, PackHeader header, PackLayout layout, byte[] hashes)
    {
        (_file, _layout, _hashes, _checked) = (file, layout, hashes, new bool[header.Count]);
        Size = new(header.Height, header.Width);
    }

    /// <summary>Height and width of every image.</summary>
    public ImageSize Size { get; }

    /// <summary>SHA-256 of the pixels of each image [N, 32].</summary>
    public ReadOnlyMemory<byte> Hashes => _hashes;

    /// <summary>SHA-256, in hexadecimal, of the pixels of all images in their order.</summary>
    public string PixelsHash => Convert.ToHexStringLower(SHA256.HashData(_hashes));

    /// <summary>
    /// Opens a pack that holds <paramref name="count"/> images of <paramref name="content"/>; null where there is none
    /// or it is damaged, then with a reason.
    /// </summary>
    /// <exception cref="DataException">There is one that must not be read.</exception>
    public static ImagePack? TryOpen(string path, string content, int count, int pixelBytes, out string? damage)
    {
        damage = null;
        if (!File.Exists(path))
        {
            return null;
        }

        SafeFileHandle? file = null;
        try
        {
            if (RegularFile.Obstacle(path) is { } obstacle)
            {
                throw new IOException($"it is {obstacle}");
            }

            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var pack = Read(file, content, count, pixelBytes, out damage);
            file = pack is null ? file : null;
            return pack;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the pack {path}: {e.Message}");
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>
    /// Reads one image as [H, W, bytes of a pixel]; false where its pixels are not those that were written. The first
    /// read of each image checks.
    /// </summary>
    public bool TryRead(int index, Span<byte> pixels)
    {
        if (!Fill(_file, pixels, _layout.PixelsOf(index)))
        {
            return false;
        }

        _checked[index] = _checked[index] || IsIntact(index, pixels);
        return _checked[index];
    }

    /// <summary>Writes the pixels of a damaged image once more, into the file the pack was opened from.</summary>
    public void PutBack(string path, int index, ReadOnlySpan<byte> pixels)
    {
        if (!IsIntact(index, pixels))
        {
            throw new IOException("the image decodes to other pixels than before");
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, pixels, _layout.PixelsOf(index));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    static ImagePack? Read(SafeFileHandle file, string content, int count, int pixelBytes, out string? damage)
    {
        Span<byte> prefix = stackalloc byte[PackLayout.PrefixBytes];
        damage = "its head cannot be read";
        if (
            !Fill(file, prefix, 0)
            || BinaryPrimitives.ReadInt64LittleEndian(prefix) is not (> 0 and <= LongestHeader and var length)
        )
        {
            return null;
        }

        var json = new byte[length];
        if (
            !Fill(file, json, PackLayout.PrefixBytes)
            || Parse(json) is not { } header
            || !header.IsOf(content, count, pixelBytes)
        )
        {
            return null;
        }

        var layout = new PackLayout(json.Length, header);
        damage = "it is shorter or longer than it should be";
        if (RandomAccess.GetLength(file) != layout.Length)
        {
            return null;
        }

        var hashes = new byte[header.Count * HashBytes];
        var seal = new byte[HashBytes];
        var isWhole =
            Fill(file, hashes, layout.Hashes)
            && Fill(file, seal, layout.Seal)
            && seal.AsSpan().SequenceEqual(Seal(json, hashes));
        damage = isWhole ? null : "its hashes have changed";
        return isWhole ? new ImagePack(file, header, layout, hashes) : null;
    }

    bool IsIntact(int index, ReadOnlySpan<byte> pixels)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(pixels, hash);
        return hash.SequenceEqual(_hashes.AsSpan(index * HashBytes, HashBytes));
    }

    internal static byte[] Seal(byte[] header, byte[] hashes) => SHA256.HashData([.. header, .. hashes]);

    static PackHeader? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<PackHeader>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static bool Fill(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }
}

/// <summary>Where the parts of a pack stand, in bytes from its beginning.</summary>
readonly record struct PackLayout(int HeaderBytes, PackHeader Header)
{
    public const int PrefixBytes = sizeof(long);

    public int ImageBytes => Header.Height * Header.Width * Header.PixelBytes;

    public long Hashes => PixelsOf(Header.Count);

    public long Seal => Hashes + (long)Header.Count * ImagePack.HashBytes;

    public long Length => Seal + ImagePack.HashBytes;

    public long PixelsOf(int index) => PrefixBytes + HeaderBytes + (long)index * ImageBytes;
}
