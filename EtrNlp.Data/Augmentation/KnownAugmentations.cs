using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Augmentation;

/// <summary>The augmentations experiment files can name.</summary>
public static class KnownAugmentations
{
    /// <summary>One line per augmentation.</summary>
    public static Registry<IAugmentation> All { get; } =
        new("augmentation", Flip.Entry, Crop.Entry, RescaleCrop.Entry, ColourJitter.Entry);
}
