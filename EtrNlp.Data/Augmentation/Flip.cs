using System.Runtime.Intrinsics;
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
        public void Alter(Span<byte> image)
        {
            var row = Width * 3;
            var copy = new byte[row + 1]; // five pixels are read as sixteen bytes
            for (; !image.IsEmpty; image = image[row..])
            {
                image[..row].CopyTo(copy);
                Reverse(copy, image[..row]);
            }
        }

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

        // Five pixels at once; the sixteenth byte is written again by the next ones.
        static void Reverse(ReadOnlySpan<byte> row, Span<byte> reversed)
        {
            var order = Vector128.Create((byte)12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2, 15);
            var (from, to) = (reversed.Length - 15, 0);
            for (; from > 0; from -= 15, to += 15)
            {
                Vector128.Shuffle(Vector128.Create(row[from..]), order).CopyTo(reversed[to..]);
            }

            row[..(reversed.Length - to)].CopyTo(reversed[to..]);
            Pixels.OfImage(reversed[to..]).Reverse();
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
