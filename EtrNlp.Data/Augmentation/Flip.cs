using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Data.Augmentation;

/// <summary>
/// Left and right change places. Channel 0 of a normal is the horizontal axis and changes its sign (the augmentation of
/// MTAN, Liu et al., CVPR 2019).
/// </summary>
/// <param name="Probability">How often it happens.</param>
public sealed record Flip(double Probability) : IAugmentation
{
    static readonly Setting<double> ProbabilityKey = new(
        "probability",
        "How often it happens.",
        Values.Number(min: 0, max: 1),
        "0.5"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IAugmentation> Entry { get; } =
        new(
            "flip",
            "Left and right change places; normals are mirrored.",
            "common; for normals Liu et al., CVPR 2019",
            [ProbabilityKey],
            values => new Flip(values.Get(ProbabilityKey))
        );

    /// <inheritdoc/>
    public IAlteration? Draw(RandomStream random, Scenery scenery) =>
        random.Chance(Probability) ? new Mirrored(scenery.Size.Width) : null;

    sealed record Mirrored(int Width) : IAlteration
    {
        public void Alter(Span<byte> image) => Reverse(Pixels.OfImage(image));

        public void Alter(PixelMap map, Span<float> values)
        {
            if (map is not PixelMap.Normals)
            {
                Reverse(values);
                return;
            }

            var normals = Pixels.OfNormals(values);
            Reverse(normals);
            foreach (ref var normal in normals)
            {
                normal = normal with { X = 0 - normal.X }; // 0 stays 0, where -0 is another bit pattern
            }
        }

        void Reverse<T>(Span<T> pixels)
        {
            for (; !pixels.IsEmpty; pixels = pixels[Width..])
            {
                pixels[..Width].Reverse();
            }
        }
    }
}
