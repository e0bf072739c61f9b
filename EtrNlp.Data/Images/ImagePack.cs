using System.Security.Cryptography;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Files;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Images;

/// <summary>
/// A file of decoded images, or maps, of one size: length of the header (8 bytes, little-endian), header, pixels
/// [N, H, W, bytes of a pixel], SHA-256 of each image's pixels [N, 32], SHA-256 of header and hashes. It is opened only
/// where it is whole; pixels are checked when they are read, from any number of threads.
/// </summary>
public sealed class ImagePack : IDisposable
{
    readonly SafeFileHandle _file;
    readonly PackLayout _layout;
    readonly bool[] _checked; // [N]

    ImagePack(SafeFileHandle file, PackLayout layout, byte[] pixelsHash)
    {
        (_file, _layout, _checked) = (file, layout, new bool[layout.Header.Count]);
        Size = new(layout.Header.Height, layout.Header.Width);
        PixelsHash = Convert.ToHexStringLower(pixelsHash);
    }

    /// <summary>Height and width of every image.</summary>
    public ImageSize Size { get; }

    /// <summary>SHA-256, in hexadecimal, of the hashes of the pixels of all images in their order.</summary>
    public string PixelsHash { get; }

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

            file = CacheFile.OpenRead(path);
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

    /// <summary>SHA-256 of the pixels of each image [N, 32], read from the file.</summary>
    /// <exception cref="DataException">The file has become shorter.</exception>
    public byte[] ReadHashes()
    {
        var hashes = new byte[_layout.Seal - _layout.Hashes];
        return _file.TryRead(hashes, _layout.Hashes)
            ? hashes
            : throw new DataException("a pack was cut while it was in use; start again");
    }

    /// <summary>
    /// Reads one image as [H, W, bytes of a pixel]; false where its pixels are not those that were written. The first
    /// read of each image checks.
    /// </summary>
    public bool TryRead(int index, Span<byte> pixels)
    {
        // Asked before the pixels are read: another thread may repair them meanwhile.
        var isChecked = Volatile.Read(ref _checked[index]);
        if (!_file.TryRead(pixels, _layout.PixelsOf(index)) || !(isChecked || IsIntact(index, pixels)))
        {
            return false;
        }

        Volatile.Write(ref _checked[index], true);
        return true;
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
        damage = "its head cannot be read";
        if (PackLayout.Read(file) is not { } layout || !layout.Header.IsOf(content, count, pixelBytes))
        {
            return null;
        }

        damage = "it is shorter or longer than it should be";
        if (RandomAccess.GetLength(file) != layout.Length)
        {
            return null;
        }

        var seal = new byte[PackLayout.HashBytes];
        var hashed = file.TryRead(seal, layout.Seal) ? layout.Hash(file) : null;
        var isWhole = hashed is { } found && seal.AsSpan().SequenceEqual(found.Seal);
        damage = isWhole ? null : "its hashes have changed";
        return isWhole ? new ImagePack(file, layout, hashed!.Value.Hash) : null;
    }

    // The file's hashes are those that were sealed, or the image counts as damaged.
    bool IsIntact(int index, ReadOnlySpan<byte> pixels)
    {
        Span<byte> kept = stackalloc byte[PackLayout.HashBytes];
        Span<byte> hash = stackalloc byte[PackLayout.HashBytes];
        SHA256.HashData(pixels, hash);
        return _file.TryRead(kept, _layout.HashOf(index)) && hash.SequenceEqual(kept);
    }
}
