using System.Buffers;
using System.Collections.Concurrent;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>Decodes images, or maps, in parallel into a new pack, or into what is missing of a half-made one.</summary>
sealed class PackWriter(SourceImages sources, PixelRule rule, ImageSize size, Action<string> say)
{
    readonly ConcurrentDictionary<int, string> _broken = [];
    readonly ConcurrentDictionary<int, string> _otherwiseShaped = [];

    /// <summary>Writes the pack of the given content hash, unless another process does so meanwhile.</summary>
    /// <exception cref="DataException">
    /// Images are broken or of another shape, or the pack cannot be written.
    /// </exception>
    public void Write(string path, string content, CancellationToken cancellation)
    {
        var layout = PackLayout.Of(
            new(PackHeader.CurrentFormat, content, size.Height, size.Width, sources.Count, rule.PixelBytes)
        );
        try
        {
            using var part = PackPart.Hold(path, layout, say, cancellation);
            using var finished = ImagePack.TryOpen(path, content, sources.Count, rule.PixelBytes, out _);
            if (finished is not null)
            {
                part.Remove();
                return;
            }

            say($"packing {sources.Count:N0} {rule.What} as {size} into {path} ({layout.Length / 1e6:N1} MB)");
            Fill(part, cancellation);
            part.Finish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot write the pack {path}: {e.Message}");
        }
        finally
        {
            sources.Release();
        }
    }

    void Fill(PackPart part, CancellationToken cancellation)
    {
        part.Begin();
        var missing = Missing(part, cancellation);
        var progress = new Progress(say, $"{rule.What} packed", sources.Count, sources.Count - missing.Length);
        Concurrent.For(
            missing.Length,
            i =>
            {
                if (Decode(missing[i]) is { } pixels)
                {
                    part.Put(missing[i], pixels.Span);
                }

                progress.Step();
            },
            cancellation
        );
        if (!_broken.IsEmpty || !_otherwiseShaped.IsEmpty)
        {
            part.Remove(); // mended images are other content, so that nobody could go on with it
        }

        ThrowIfAny(_broken, rule.Remedy);
        ThrowIfAny(
            _otherwiseShaped,
            "Write dataset.image_size: n (a centre crop) or [height, width], or take their rows out of the table."
        );
    }

    int[] Missing(PackPart part, CancellationToken cancellation)
    {
        var isDone = new bool[sources.Count];
        var progress = new Progress(say, $"{rule.What} looked for in what is packed already", sources.Count);
        Concurrent.For(
            sources.Count,
            i =>
            {
                var pixels = ArrayPool<byte>.Shared.Rent(part.ImageBytes);
                isDone[i] = part.IsDone(i, pixels.AsSpan(0, part.ImageBytes));
                ArrayPool<byte>.Shared.Return(pixels);
                progress.Step();
            },
            cancellation
        );
        int[] missing = [.. Enumerable.Range(0, sources.Count).Where(i => !isDone[i])];
        if (missing.Length < sources.Count)
        {
            say($"{sources.Count - missing.Length:N0} of {sources.Count:N0} {rule.What} are packed already");
        }

        return missing;
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
