using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Data.Augmentation;

/// <summary>
/// Brightness, contrast, saturation and hue change by random amounts in a random order: torchvision's
/// <c>ColorJitter</c> on 8-bit images. Labels stay as they are.
/// </summary>
/// <param name="Brightness">The factor is uniform in [max(0, 1 - x), 1 + x]; 0 for none.</param>
/// <param name="Contrast">The same for contrast.</param>
/// <param name="Saturation">The same for saturation.</param>
/// <param name="Hue">The shift is uniform in [-x, x] turns of the colour circle, x at most 0.5; 0 for none.</param>
public sealed record ColourJitter(double Brightness, double Contrast, double Saturation, double Hue) : IAugmentation
{
    static readonly Setting<double> BrightnessKey = Factor("brightness");
    static readonly Setting<double> ContrastKey = Factor("contrast");
    static readonly Setting<double> SaturationKey = Factor("saturation");
    static readonly Setting<double> HueKey = new(
        "hue",
        "The shift is uniform between -x and x, in turns of the colour circle.",
        Values.Number(min: 0, max: 0.5),
        "0"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IAugmentation> Entry { get; } =
        new(
            "colour_jitter",
            "Brightness, contrast, saturation and hue change by random amounts in a random order.",
            "torchvision, ColorJitter",
            [BrightnessKey, ContrastKey, SaturationKey, HueKey],
            values => new ColourJitter(
                values.Get(BrightnessKey),
                values.Get(ContrastKey),
                values.Get(SaturationKey),
                values.Get(HueKey)
            )
        );

    /// <inheritdoc/>
    public IAlteration? Draw(RandomStream random, Scenery scenery)
    {
        ColourChange[] changes =
        [
            new ColourChange.OfBrightness(Around(Brightness)),
            new ColourChange.OfContrast(Around(Contrast)),
            new ColourChange.OfSaturation(Around(Saturation)),
            new ColourChange.OfHue(random.Uniform((float)-Hue, (float)Hue)),
        ];
        random.Shuffle<ColourChange>(changes);
        return new Coloured([.. changes.Where(change => !change.IsNone)]);

        float Around(double most) => random.Uniform((float)Math.Max(0, 1 - most), (float)(1 + most));
    }

    static Setting<double> Factor(string name) =>
        new(name, "The factor is uniform between max(0, 1 - x) and 1 + x.", Values.Number(min: 0, max: 100), "0");

    sealed record Coloured(ColourChange[] Changes) : IAlteration
    {
        public void Alter(Span<byte> image)
        {
            foreach (var change in Changes)
            {
                change.Apply(image);
            }
        }

        public void Alter(PixelMap map, Span<float> values) { }
    }
}
