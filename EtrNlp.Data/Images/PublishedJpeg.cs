using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>JPEG files of one size and three channels.</summary>
/// <param name="Size">The size of every image.</param>
public sealed record PublishedJpeg(ImageSize Size) : IPublishedImages
{
    const int Channels = 3;

    static readonly byte[] _start = [0xFF, 0xD8];
    static readonly byte[] _end = [0xFF, 0xD9];

    /// <inheritdoc/>
    public string Text => $"JPEG {Size} as stored";

    /// <inheritdoc/>
    public RgbImage Decode(byte[] file, string name)
    {
        var image = ImageDecoder.Decode(file, name, upright: false);
        var channels = JpegMetadata.Channels(file);
        var problem =
            !file.AsSpan().StartsWith(_start) ? "is no JPEG"
            : image.Size != Size ? $"is {image.Size}, expected {Size}"
            : channels != Channels ? $"has {channels} channels, expected {Channels}"
            : !file.AsSpan().EndsWith(_end) ? $"has bytes behind its end ({file.Length:N0} in all)"
            : null;
        return problem is null ? image : throw new DataException($"{name} {problem}");
    }
}
