using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Data.Augmentation;

/// <summary>
/// A cut of the image's size from the image with a black border around it, at a random place (He et al., CVPR 2016,
/// Sec. 4.2). Nothing is known of the border: it has no class, which one_vs_rest takes for the rest, and no depth or
/// normal.
/// </summary>
/// <param name="Padding">Pixels of the border on each side.</param>
public sealed record Crop(int Padding) : IAugmentation
{
    static readonly Setting<int> PaddingKey = new(
        "padding",
        "Pixels of a black border on each side, which the cut may reach into.",
        Values.Integer(min: 1, max: 1024)
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IAugmentation> Entry { get; } =
        new(
            "crop",
            "A cut of the same size, shifted by up to the padding; what it uncovers has no class, depth or normal.",
            "He et al., CVPR 2016, Sec. 4.2",
            [PaddingKey],
            values => new Crop(values.Get(PaddingKey))
        );

    /// <inheritdoc/>
    public IAlteration? Draw(RandomStream random, Scenery scenery)
    {
        var (down, right) = (random.NextInt((2 * Padding) + 1), random.NextInt((2 * Padding) + 1));
        return new Shifted(scenery.Size, down - Padding, right - Padding);
    }

    // Row y, column x becomes what stood in row y + Down, column x + Right.
    sealed record Shifted(ImageSize Size, int Down, int Right) : IAlteration
    {
        const float NoClass = -1;

        public void Alter(Span<byte> image) => Move(Pixels.OfImage(image), default);

        public void Alter(PixelMap map, Span<float> values)
        {
            if (map is PixelMap.Normals)
            {
                Move(Pixels.OfNormals(values), default);
            }
            else
            {
                Move(values, map is PixelMap.Classes ? NoClass : 0);
            }
        }

        // In the order in which no row is overwritten before it was moved.
        void Move<T>(Span<T> pixels, T uncovered)
        {
            for (var i = 0; i < Size.Height; i++)
            {
                var y = Down >= 0 ? i : Size.Height - 1 - i;
                var row = pixels.Slice(y * Size.Width, Size.Width);
                if (y + Down < 0 || y + Down >= Size.Height || Math.Abs(Right) >= Size.Width)
                {
                    row.Fill(uncovered);
                    continue;
                }

                var (left, width) = (Math.Max(0, -Right), Size.Width - Math.Abs(Right));
                pixels.Slice(((y + Down) * Size.Width) + left + Right, width).CopyTo(row[left..]);
                row[..left].Fill(uncovered);
                row[(left + width)..].Fill(uncovered);
            }
        }
    }
}
