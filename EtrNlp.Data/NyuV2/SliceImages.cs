using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.NyuV2;

/// <summary>Images as the official file has them: slices [3, 640, 480] of bytes.</summary>
sealed class SliceImages(Window window) : IPublishedImages
{
    const int Channels = 3;

    /// <inheritdoc/>
    public string Text => $"slices, {window}";

    /// <inheritdoc/>
    public ImageSize Size => window.Size;

    /// <inheritdoc/>
    public RgbImage Decode(byte[] file, string name)
    {
        var cut = window.Cut(new PixelGrid(Window.Upright<byte>(file, Channels), Window.Stored), Channels);
        return new RgbImage(cut.Pixels, cut.Size);
    }
}
