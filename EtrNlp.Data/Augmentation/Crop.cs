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

        public void Alter(Span<byte> image) => Move(image, 3, default);

        public void Alter(PixelMap map, Span<float> values) =>
            Move(values, map.Channels, map is PixelMap.Classes ? NoClass : 0);

        // All pixels move by the same distance in memory; what comes from beyond a border is then overwritten.
        void Move<T>(Span<T> values, int channels, T uncovered)
        {
            if (Math.Abs(Down) >= Size.Height || Math.Abs(Right) >= Size.Width)
            {
                values.Fill(uncovered);
                return;
            }

            var (row, distance) = (Size.Width * channels, ((Down * Size.Width) + Right) * channels);
            var (rows, columns) = (Math.Abs(Down) * row, Math.Abs(Right) * channels);
            values[Math.Max(0, distance)..^Math.Max(0, -distance)].CopyTo(values[Math.Max(0, -distance)..]);
            (Down < 0 ? values[..rows] : values[^rows..]).Fill(uncovered);
            for (; !values.IsEmpty; values = values[row..])
            {
                values.Slice(Right < 0 ? 0 : row - columns, columns).Fill(uncovered);
            }
        }
    }
}
