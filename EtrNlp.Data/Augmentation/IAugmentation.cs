using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Data.Augmentation;

/// <summary>What all images of a dataset have in common.</summary>
/// <param name="Size">Height and width in pixels.</param>
/// <param name="Depth">What its depth maps hold.</param>
public readonly record struct Scenery(ImageSize Size, DepthKind Depth);

/// <summary>A random change of training images, under which their labels stay true.</summary>
public interface IAugmentation
{
    /// <summary>Draws what happens to the next image; null where nothing does.</summary>
    IAlteration? Draw(RandomStream random, Scenery scenery);
}

/// <summary>A change of one image and of what is known of its pixels; both keep their size.</summary>
public interface IAlteration
{
    /// <summary>Changes an image, interleaved RGB bytes [H, W, 3], in place.</summary>
    void Alter(Span<byte> image);

    /// <summary>Changes a map [H, W, channels] of the same image in place.</summary>
    void Alter(PixelMap map, Span<float> values);
}
