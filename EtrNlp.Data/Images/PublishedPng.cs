using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>PNG files of one size in RGB with 8 bits, every byte of which is checked.</summary>
/// <param name="Size">The size of every image.</param>
public sealed record PublishedPng(ImageSize Size) : IPublishedImages
{
    const int Channels = 3;
    const int Bits = 8;

    /// <inheritdoc/>
    public string Text => $"PNG {Size} as stored";

    /// <inheritdoc/>
    public RgbImage Decode(byte[] file, string name)
    {
        var png = PngSamples.Read(file, name);
        return
            png.Format is not { Channels: Channels, Bits: Bits }
                ? throw new DataException($"{name} is {png.Format}, expected {Bits}-bit RGB")
            : png.Size != Size ? throw new DataException($"{name} is {png.Size}, expected {Size}")
            : new RgbImage(Array.ConvertAll(png.Values, value => (byte)value), Size);
    }
}
