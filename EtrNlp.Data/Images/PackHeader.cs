using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
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

/// <summary>Where the parts of a pack stand, in bytes from its beginning.</summary>
/// <param name="Json">The header as it is written.</param>
/// <param name="Header">The same, read.</param>
readonly record struct PackLayout(byte[] Json, PackHeader Header)
{
    public const int HashBytes = SHA256.HashSizeInBytes;
    const int PrefixBytes = sizeof(long);
    const int LongestJson = 4096;

    public int ImageBytes => Header.Height * Header.Width * Header.PixelBytes;

    public long Hashes => PixelsOf(Header.Count);

    public long Seal => HashOf(Header.Count);

    public long Length => Seal + HashBytes;

    /// <summary>What comes before the pixels.</summary>
    public byte[] Head
    {
        get
        {
            var head = new byte[PrefixBytes + Json.Length];
            BinaryPrimitives.WriteInt64LittleEndian(head, Json.Length);
            Json.CopyTo(head, PrefixBytes);
            return head;
        }
    }

    public long PixelsOf(int index) => PrefixBytes + Json.Length + (long)index * ImageBytes;

    public long HashOf(int index) => Hashes + (long)index * HashBytes;

    /// <summary>That of a pack that is to be written.</summary>
    public static PackLayout Of(PackHeader header) => new(JsonSerializer.SerializeToUtf8Bytes(header), header);

    /// <summary>That of an open file; null where its head is none.</summary>
    public static PackLayout? Read(SafeFileHandle file)
    {
        var prefix = new byte[PrefixBytes];
        if (
            !file.TryRead(prefix, 0)
            || BinaryPrimitives.ReadInt64LittleEndian(prefix) is not (> 0 and <= LongestJson and var length)
        )
        {
            return null;
        }

        var json = new byte[length];
        return file.TryRead(json, PrefixBytes) && Parse(json) is { } header ? new PackLayout(json, header) : null;
    }

    /// <summary>
    /// The seal that belongs to the header and the hashes in a file, and the hash of the hashes alone; null where the
    /// file is too short.
    /// </summary>
    public (byte[] Seal, byte[] Hash)? Hash(SafeFileHandle file)
    {
        using var seal = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        seal.AppendData(Json);
        return file.TryHash(Hashes, Seal - Hashes, seal, hash)
            ? (seal.GetHashAndReset(), hash.GetHashAndReset())
            : null;
    }

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
}
