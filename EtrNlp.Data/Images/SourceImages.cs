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
    readonly byte[] _hashes; // [N, 32]

    SourceImages(IReadOnlyList<ImageFile> files, byte[] hashes) => (_files, _hashes) = (files, hashes);

    /// <summary>How many there are.</summary>
    public int Count => _files.Count;

    /// <summary>Hashes every byte of every file, in parallel.</summary>
    /// <exception cref="DataException">Files cannot be read.</exception>
    public static SourceImages Hash(IReadOnlyList<ImageFile> files, Action<string> say, CancellationToken cancellation)
    {
        var hashes = new byte[files.Count * HashBytes];
        var progress = new Progress(say, "images checked for changes", files.Count);
        Concurrent.For(files.Count, i =>
        {
            SHA256.HashData(ImageDecoder.Read(files[i]), hashes.AsSpan(i * HashBytes, HashBytes));
            progress.Step();
        }, cancellation);
        return new SourceImages(files, hashes);
    }

    /// <summary>The name of an image in messages.</summary>
    public string Name(int index) => _files[index].Name;

    /// <summary>SHA-256, in hexadecimal, of all that the decoded pixels depend on: the files, the sizing and the decoder, but no names.</summary>
    public string ContentHash(ImageSizing sizing)
    {
        var how = Encoding.UTF8.GetBytes($"{PackHeader.CurrentFormat}; {ImageDecoder.Version}; {sizing.Text}; ");
        return Convert.ToHexStringLower(SHA256.HashData([.. how, .. _hashes]));
    }

    /// <summary>Decodes and scales one image.</summary>
    /// <exception cref="DataException">The image is broken, or has changed since it was hashed.</exception>
    public RgbImage Decode(int index, ImageSizing sizing)
    {
        var file = ImageDecoder.Read(_files[index]);
        return SHA256.HashData(file).AsSpan().SequenceEqual(_hashes.AsSpan(index * HashBytes, HashBytes))
            ? sizing.Apply(ImageDecoder.Decode(file, Name(index)))
            : throw new DataException($"{Name(index)} was changed while it was in use");
    }
}
