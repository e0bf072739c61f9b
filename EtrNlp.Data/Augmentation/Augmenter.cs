using System.Collections.Immutable;
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
    readonly RandomStream _ofEpoch = RandomStream.For(Seed, "augment", "train", Epoch);

    /// <summary>What happens to an image of the training split, in this order.</summary>
    public IAlteration[] Draw(int image)
    {
        var random = _ofEpoch.Of(image);
        List<IAlteration>? alterations = null;
        foreach (var augmentation in Augmentations)
        {
            if (augmentation.Draw(random, Scenery) is { } alteration)
            {
                (alterations ??= []).Add(alteration);
            }
        }

        return alterations is null ? [] : [.. alterations];
    }
}
