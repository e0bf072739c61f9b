using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Randomness;

namespace EtrNlp.Data.Augmentation;

/// <summary>
/// A random part of the image enlarged to the image's size (the augmentation of MTAN, Liu et al., CVPR 2019). What is
/// enlarged by s is seen as s times as near: depth is divided by s, inverse depth multiplied; normals stay.
/// </summary>
/// <param name="Scales">Factors of which each image draws one, all equally likely.</param>
public sealed record RescaleCrop(ImmutableArray<double> Scales) : IAugmentation
{
    const double Most = 16;

    static readonly Setting<ImmutableArray<double>> ScalesKey = new(
        "scales",
        "Factors from 1 on; each image draws one.",
        Values.List(Values.Number(min: 1, max: Most), min: 1),
        "[1, 1.2, 1.5]"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IAugmentation> Entry { get; } =
        new(
            "rescale_crop",
            "A random part, enlarged to the whole size; depth is corrected.",
            "Liu et al., CVPR 2019",
            [ScalesKey],
            values => new RescaleCrop(values.Get(ScalesKey))
        );

    /// <inheritdoc/>
    public IAlteration? Draw(RandomStream random, Scenery scenery)
    {
        var (size, scale) = (scenery.Size, Scales[random.NextInt(Scales.Length)]);
        var part = new ImageSize(Math.Max(1, (int)(size.Height / scale)), Math.Max(1, (int)(size.Width / scale)));
        var top = random.NextInt(size.Height - part.Height + 1);
        var left = random.NextInt(size.Width - part.Width + 1);
        var nearer = scenery.Depth == DepthKind.Distance ? 1 / scale : scale;
        return part == size ? null : new Enlarged(size, part, top, left, (float)nearer);
    }

    sealed record Enlarged(ImageSize Size, ImageSize Part, int Top, int Left, float DepthFactor) : IAlteration
    {
        public void Alter(Span<byte> image)
        {
            var part = Cut<byte>(image, 3);
            TriangleResize.Resize(new RgbImage(part, Part), ScaledPart.Whole(Size)).Pixels.Span.CopyTo(image);
        }

        public void Alter(PixelMap map, Span<float> values)
        {
            var part = MemoryMarshal.AsBytes<float>(Cut<float>(values, map.Channels)).ToArray();
            var pixelBytes = map.Channels * sizeof(float);
            var enlarged = NearestResize.Resize(new PixelGrid(part, Part), pixelBytes, ScaledPart.Whole(Size));
            MemoryMarshal.Cast<byte, float>(enlarged.Pixels.Span).CopyTo(values);
            if (map is not PixelMap.Depth { IsMask: false })
            {
                return;
            }

            foreach (ref var depth in values)
            {
                depth *= DepthFactor;
            }
        }

        T[] Cut<T>(ReadOnlySpan<T> rows, int channels)
        {
            var (part, width) = (new T[Part.Height * Part.Width * channels], Part.Width * channels);
            for (var y = 0; y < Part.Height; y++)
            {
                rows.Slice((((y + Top) * Size.Width) + Left) * channels, width).CopyTo(part.AsSpan(y * width));
            }

            return part;
        }
    }
}
