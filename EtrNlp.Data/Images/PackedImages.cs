using System.Buffers;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>
/// Images, or maps, of one size that are decoded once and then read from a pack in the cache folder. The name of the
/// pack is the hash of what it was made from, so a changed source file leads to a new one. Once there is a pack no
/// source file is read whose size and time are the same, unless every byte is to be verified. Packs may be deleted at
/// any time.
/// </summary>
public sealed class PackedImages : IDisposable
{
    readonly SourceImages _sources;
    readonly PixelRule _rule;
    readonly string _path;
    readonly ImagePack _pack;
    readonly Action<string> _say;
    readonly Lock _repairing = new();
    int _mended;

    PackedImages(SourceImages sources, PixelRule rule, string path, ImagePack pack, Action<string> say, int mended) =>
        (_sources, _rule, _path, _pack, _say, _mended) = (sources, rule, path, pack, say, mended);

    /// <summary>Height and width of every image.</summary>
    public ImageSize Size => _pack.Size;

    /// <summary>The files they were decoded from.</summary>
    public SourceImages Sources => _sources;

    /// <summary>SHA-256 of the pixels of each image [N, 32], read from the pack.</summary>
    public byte[] ReadHashes() => _pack.ReadHashes();

    /// <summary>SHA-256, in hexadecimal, of the pixels of all images in their order.</summary>
    public string PixelsHash => _pack.PixelsHash;

    /// <summary>What there is to say about it.</summary>
    public PackSummary Summary =>
        new(_rule.What, _sources.Count, _rule.Summary, Size, _path, new FileInfo(_path).Length, _mended);

    /// <summary>Bytes of one image.</summary>
    public int ImageBytes => Size.Height * Size.Width * _rule.PixelBytes;

    /// <summary>Opens the pack of these images, which is written first where there is none or it is damaged.</summary>
    /// <exception cref="DataException">
    /// Images are broken or of different shapes, or the pack cannot be written.
    /// </exception>
    public static PackedImages Open(
        IReadOnlyList<ImageFile> files,
        ImageSizing sizing,
        string cacheFolder,
        Action<string> say,
        CancellationToken cancellation,
        bool verify = false
    ) => Open(files, PixelRule.OfImages(files, sizing), cacheFolder, say, cancellation, verify);

    /// <summary>The same for whatever a rule keeps of files, given others that were verified already.</summary>
    /// <exception cref="DataException">Files are broken, or the pack cannot be written.</exception>
    public static PackedImages Open(
        IReadOnlyList<ImageFile> files,
        PixelRule rule,
        string cacheFolder,
        Action<string> say,
        CancellationToken cancellation,
        bool verify = false,
        SourceImages? verified = null
    )
    {
        CacheFile.RemoveAbandoned(cacheFolder);
        var sources = SourceImages.Hash(files, cacheFolder, say, cancellation, verify, rule.What, verified: verified);
        var content = sources.ContentHash(rule);
        var path = Path.Combine(cacheFolder, $"{rule.What}-{content[..32]}.pack");
        var pack = ImagePack.TryOpen(path, content, sources.Count, rule.PixelBytes, out var damage);
        var mended = damage is null ? 0 : sources.Count;
        if (pack is null)
        {
            if (damage is not null)
            {
                say($"the pack {path} is damaged ({damage}) and is made again");
            }

            new PackWriter(sources, rule, rule.Size(), say).Write(path, content, cancellation);
            pack =
                ImagePack.TryOpen(path, content, sources.Count, rule.PixelBytes, out damage)
                ?? throw new DataException(
                    $"the new pack {path} cannot be read: {damage ?? "it is gone"}; is the disk in order?"
                );
        }

        var images = new PackedImages(sources, rule, path, pack, say, mended);
        if (verify)
        {
            images.Verify(cancellation);
        }

        return images;
    }

    /// <summary>
    /// Reads one image as [H, W, bytes of a pixel], in the case of images interleaved RGB; a damaged one is decoded
    /// again and put back in its place. Any number of threads may read at once.
    /// </summary>
    /// <exception cref="DataException">
    /// The image is damaged and its source has changed, or the pack cannot be written.
    /// </exception>
    public void Read(int index, Span<byte> pixels)
    {
        if (!_pack.TryRead(index, pixels))
        {
            Repair(index, pixels);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pack.Dispose();

    void Verify(CancellationToken cancellation)
    {
        var progress = new Progress(_say, $"{_rule.What} of the pack checked", _sources.Count);
        Concurrent.For(
            _sources.Count,
            i =>
            {
                var pixels = ArrayPool<byte>.Shared.Rent(ImageBytes);
                Read(i, pixels.AsSpan(0, ImageBytes));
                ArrayPool<byte>.Shared.Return(pixels);
                progress.Step();
            },
            cancellation
        );
    }

    void Repair(int index, Span<byte> pixels)
    {
        lock (_repairing)
        {
            // Another thread may have repaired it meanwhile.
            if (_pack.TryRead(index, pixels))
            {
                return;
            }

            _say($"the pack {_path} is damaged at {_sources.Name(index)}, which is decoded again");
            var image = _sources.Decode(index, _rule);
            _sources.Release();
            image.Pixels.Span.CopyTo(pixels);
            _mended++;
            try
            {
                _pack.PutBack(_path, index, pixels);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DataException($"cannot repair the pack {_path}: {e.Message}; delete it");
            }
        }
    }
}
