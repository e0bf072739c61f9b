using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>Image files as they were when they were hashed: a file that changes afterwards is noticed.</summary>
public sealed class SourceImages
{
    const int HashBytes = SHA256.HashSizeInBytes;

    readonly IReadOnlyList<ImageFile> _files;
    readonly Containers? _containers;
    byte[] _hashes; // [N, bytes that are kept of a hash]
    int _kept = HashBytes;

    SourceImages(IReadOnlyList<ImageFile> files, byte[] hashes, Containers? containers) =>
        (_files, _hashes, _containers) = (files, hashes, containers);

    /// <summary>How many there are.</summary>
    public int Count => _files.Count;

    /// <summary>
    /// Hashes the files, in parallel. Those whose size and time are what they were when they were last read are only
    /// read again where every byte is to be verified; a cache folder of null knows of no last time. A file that holds
    /// images and maps is not verified once more for what is opened beside its images.
    /// </summary>
    /// <exception cref="DataException">
    /// Files cannot be read, or their bytes have changed where size and time have not.
    /// </exception>
    public static SourceImages Hash(
        IReadOnlyList<ImageFile> files,
        string? cacheFolder,
        Action<string> say,
        CancellationToken cancellation,
        bool verify = false,
        string what = PixelRule.Images,
        TimeProvider? time = null,
        SourceImages? verified = null
    )
    {
        var containers = Containers.Of(files);
        var wholes = containers?.Files ?? files;
        verify &= containers is null || verified?._containers?.Hold(containers) != true;
        var found = FoundFiles.Take(wholes);
        var (hashes, changed) = (new byte[wholes.Count * HashBytes], new ConcurrentBag<int>());
        using var index = SourceIndex.Open(wholes, cacheFolder);
        var isKnown = Known(index, found, hashes, cancellation);
        int[] read = [.. Enumerable.Range(0, wholes.Count).Where(i => verify || !isKnown[i])];
        var progress = new Progress(
            say,
            $"{what} checked for changes",
            wholes.Count,
            wholes.Count - read.Length,
            time
        );
        Concurrent.For(
            read.Length,
            at =>
            {
                var i = read[at];
                var hash = hashes.AsSpan(i * HashBytes, HashBytes);
                var now = containers?.HashFile(i) ?? SHA256.HashData(ImageDecoder.Read(wholes[i]));
                if (isKnown[i] && !hash.SequenceEqual(now))
                {
                    changed.Add(i);
                }

                now.CopyTo(hash);
                progress.Step();
            },
            cancellation
        );
        if (read.Length > 0)
        {
            index.Save(found, hashes);
        }

        ThrowIfAny(changed, wholes, what);
        return new SourceImages(files, containers?.HashParts(hashes) ?? hashes, containers);
    }

    /// <summary>SHA-256 of each image, in their order [N, 32].</summary>
    /// <exception cref="InvalidOperationException">They were shortened.</exception>
    public ReadOnlyMemory<byte> Hashes =>
        _kept == HashBytes ? _hashes : throw new InvalidOperationException("the hashes were shortened");

    /// <summary>
    /// Keeps from now on only as much of each hash as notices an accident; for when no digest will be asked for.
    /// </summary>
    internal void Shorten()
    {
        var shortened = new byte[Count * sizeof(long)];
        for (var i = 0; i < Count; i++)
        {
            _hashes.AsSpan(i * _kept, sizeof(long)).CopyTo(shortened.AsSpan(i * sizeof(long)));
        }

        (_hashes, _kept) = (shortened, sizeof(long));
    }

    /// <summary>The name of an image in messages.</summary>
    public string Name(int index) => _files[index].Name;

    /// <summary>
    /// SHA-256, in hexadecimal, of all that the decoded pixels depend on: the files and the rule, but no names.
    /// </summary>
    public string ContentHash(PixelRule rule)
    {
        var how = Encoding.UTF8.GetBytes($"{PackHeader.CurrentFormat}; {rule.Text}; ");
        return Convert.ToHexStringLower(SHA256.HashData([.. how, .. Hashes.Span]));
    }

    /// <summary>What is kept of one image.</summary>
    /// <exception cref="DataException">The image is broken, or has changed since it was hashed.</exception>
    public PixelGrid Decode(int index, PixelRule rule)
    {
        var file = ImageDecoder.Read(_files[index]);
        return IsAsHashed(index, file)
            ? rule.Apply(file, index)
            : throw new DataException(
                $"{Name(index)} has other bytes than when it was last read, or was changed while it was in use; "
                    + "etrnlp validate FILE --verify-data reads every image again"
            );
    }

    /// <summary>Drops what is kept in memory of the files; none is decoded for a while.</summary>
    internal void Release() => _containers?.Release();

    // Which files are as the index knows them, whose hashes it fills in.
    static bool[] Known(SourceIndex index, FoundFiles found, byte[] hashes, CancellationToken cancellation)
    {
        var isKnown = new bool[found.States.Length];
        Concurrent.For(
            isKnown.Length,
            i => isKnown[i] = index.TryFind(i, found.States[i], hashes.AsSpan(i * HashBytes, HashBytes)),
            cancellation
        );
        return isKnown;
    }

    bool IsAsHashed(int index, byte[] file) =>
        _containers?.IsUnchanged(index)
        ?? SHA256.HashData(file).AsSpan(0, _kept).SequenceEqual(_hashes.AsSpan(index * _kept, _kept));

    static void ThrowIfAny(IEnumerable<int> changed, IReadOnlyList<ImageFile> files, string what)
    {
        var mistakes = new Mistakes(
            count =>
                $"{count:N0} of {files.Count:N0} {what} have other bytes than when they were last read, "
                + "though of the same size and time",
            "From now on they count as they are; begin anew what was trained on the old ones, with --restart."
        );
        foreach (var index in changed.Order())
        {
            mistakes.Add(files[index].Name);
        }

        mistakes.ThrowIfAny();
    }
}
