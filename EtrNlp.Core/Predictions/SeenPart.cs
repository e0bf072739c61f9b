using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Core.Predictions;

/// <summary>What a network saw of an image.</summary>
/// <param name="Image">The image's own size.</param>
/// <param name="Part">How it was scaled, and the part of that which the network saw.</param>
sealed record SeenPart(ImageSize Image, ScaledPart Part)
{
    /// <summary>All of an image of the network's size.</summary>
    internal static SeenPart All(ImageSize size) => new(size, ScaledPart.Whole(size));

    /// <summary>
    /// A map of what was seen, [h, w, pixelBytes], laid over the image, [H, W, pixelBytes].
    /// <paramref name="outside"/> stands where the network saw nothing.
    /// </summary>
    internal byte[] OverImage(ReadOnlySpan<byte> map, int pixelBytes, byte outside) =>
        NearestResize.Restore(map, pixelBytes, Part, Image, outside);
}
