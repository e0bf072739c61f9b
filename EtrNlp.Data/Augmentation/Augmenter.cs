using System.Collections.Immutable;
using System.Globalization;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Data.Augmentation;

/// <summary>
/// Augments training images one by one. What happens to an image depends on seed, epoch and image only, not on the
/// batch it is in or on which thread reads it.
/// </summary>
/// <param name="Augmentations">What is applied, in this order.</param>
/// <param name="Scenery">What the images have in common.</param>
/// <param name="Seed">That of the run.</param>
/// <param name="Epoch">Counted from 0.</param>
public sealed record Augmenter(
    ImmutableArray<IAugmentation> Augmentations,
    Scenery Scenery,
    long Seed,
    int Epoch
)
{
    /// <summary>What happens to each of these images of the training split.</summary>
    public IAlteration[][] Draw(ReadOnlySpan<int> images)
    {
        var alterations = new IAlteration[images.Length][];
        for (var i = 0; i < images.Length; i++)
        {
            alterations[i] = Draw(images[i]);
        }

        return alterations;
    }

    /// <summary>Alters images [N, H, W, 3].</summary>
    public static void Alter(IAlteration[][] alterations, Span<byte> images)
    {
        var length = LengthOfOne(images.Length, alterations);
        foreach (var (i, own) in alterations.Index())
        {
            foreach (var alteration in own)
            {
                alteration.Alter(images.Slice(i * length, length));
            }
        }
    }

    /// <summary>Alters maps of the same images [N, H, W, channels].</summary>
    public static void Alter(IAlteration[][] alterations, PixelMap map, Span<float> values)
    {
        var length = LengthOfOne(values.Length, alterations);
        foreach (var (i, own) in alterations.Index())
        {
            foreach (var alteration in own)
            {
                alteration.Alter(map, values.Slice(i * length, length));
            }
        }
    }

    // Of nothing where nothing is altered.
    static int LengthOfOne(int all, IAlteration[][] alterations) =>
        alterations.Length == 0 ? 0 : all / alterations.Length;

    IAlteration[] Draw(int image)
    {
        var random = RandomStream.For(Seed, "augment", image.ToString(CultureInfo.InvariantCulture), Epoch);
        var alterations = new List<IAlteration>(Augmentations.Length);
        foreach (var augmentation in Augmentations)
        {
            if (augmentation.Draw(random, Scenery) is { } alteration)
            {
                alterations.Add(alteration);
            }
        }

        return [.. alterations];
    }
}
