using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Images;

/// <summary>Decodes images, or maps, in parallel into a new pack.</summary>
sealed class PackWriter(SourceImages sources, PixelRule rule, ImageSize size, Action<string> say)
{
    readonly ConcurrentDictionary<int, string> _broken = [];
    readonly ConcurrentDictionary<int, string> _otherwiseShaped = [];

    /// <summary>Writes the pack of the given content hash.</summary>
    /// <exception cref="DataException">
    /// Images are broken or of another shape, or the pack cannot be written.
    /// </exception>
    public void Write(string path, string content, CancellationToken cancellation)
    {
        var header = new PackHeader(
            PackHeader.CurrentFormat,
            content,
            size.Height,
            size.Width,
            sources.Count,
            rule.PixelBytes
        );
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var layout = new PackLayout(json.Length, header);
        say($"packing {sources.Count:N0} {rule.What} as {size} into {path} ({layout.Length / 1e6:N1} MB)");
        try
        {
            CacheFile.Write(path, layout.Length, file => WriteParts(file, json, layout, cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot write the pack {path}: {e.Message}");
        }
    }

    void WriteParts(SafeFileHandle file, byte[] json, PackLayout layout, CancellationToken cancellation)
    {
        var prefix = new byte[PackLayout.PrefixBytes];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        RandomAccess.Write(file, prefix, 0);
        RandomAccess.Write(file, json, prefix.Length);
        var hashes = new byte[sources.Count * ImagePack.HashBytes];
        var progress = new Progress(say, $"{rule.What} packed", sources.Count);
        Concurrent.For(
            sources.Count,
            i =>
            {
                if (Decode(i) is { } pixels)
                {
                    RandomAccess.Write(file, pixels.Span, layout.PixelsOf(i));
                    SHA256.HashData(pixels.Span, hashes.AsSpan(i * ImagePack.HashBytes, ImagePack.HashBytes));
                }

                progress.Step();
            },
            cancellation
        );
        ThrowIfAny(_broken, rule.Remedy);
        ThrowIfAny(
            _otherwiseShaped,
            "Write dataset.image_size: n (a centre crop) or [height, width], or take their rows out of the table."
        );
        RandomAccess.Write(file, hashes, layout.Hashes);
        RandomAccess.Write(file, ImagePack.Seal(json, hashes), layout.Seal);
    }

    ReadOnlyMemory<byte>? Decode(int index)
    {
        try
        {
            var image = sources.Decode(index, rule);
            if (image.Size == size)
            {
                return image.Pixels;
            }

            _otherwiseShaped[index] = $"{sources.Name(index)} becomes {image.Size}, expected {size}";
        }
        catch (DataException e)
        {
            _broken[index] = e.Message;
        }

        return null;
    }

    void ThrowIfAny(ConcurrentDictionary<int, string> unusable, string remedy)
    {
        var mistakes = new Mistakes(count => $"{count:N0} of {sources.Count:N0} {rule.What} cannot be used", remedy);
        foreach (var (_, message) in unusable.OrderBy(pair => pair.Key))
        {
            mistakes.Add(message);
        }

        mistakes.ThrowIfAny();
    }
}
