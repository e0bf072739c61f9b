namespace EtrNlp.Data.Augmentation;

/// <summary>
/// A change of colours by one number, byte for byte that of Pillow (<c>ImageEnhance</c>, and for hue its conversions to
/// HSV and back), which torchvision applies to 8-bit images.
/// </summary>
public abstract record ColourChange
{
    /// <summary>True where every image stays as it is.</summary>
    public abstract bool IsNone { get; }

    /// <summary>Changes interleaved RGB bytes in place.</summary>
    public abstract void Apply(Span<byte> image);

    // 16 fraction bits; ITU-R 601-2.
    static int Grey(Rgb pixel) => ((pixel.Red * 19595) + (pixel.Green * 38470) + (pixel.Blue * 7471) + 0x8000) >> 16;

    // From grey, at 0, to the value, at 1, and beyond.
    static byte Blend(int grey, byte value, float factor) =>
        (byte)Math.Clamp(grey + (factor * (value - grey)), byte.MinValue, byte.MaxValue);

    static Rgb Blend(int grey, Rgb pixel, float factor) =>
        new(Blend(grey, pixel.Red, factor), Blend(grey, pixel.Green, factor), Blend(grey, pixel.Blue, factor));

    /// <summary>Towards black, or away from it.</summary>
    public sealed record OfBrightness(float Factor) : ColourChange
    {
        /// <inheritdoc/>
        public override bool IsNone => Factor == 1;

        /// <inheritdoc/>
        public override void Apply(Span<byte> image)
        {
            foreach (ref var value in image)
            {
                value = Blend(0, value, Factor);
            }
        }
    }

    /// <summary>Towards the mean grey of the image, or away from it.</summary>
    public sealed record OfContrast(float Factor) : ColourChange
    {
        /// <inheritdoc/>
        public override bool IsNone => Factor == 1;

        /// <inheritdoc/>
        public override void Apply(Span<byte> image)
        {
            var pixels = Pixels.OfImage(image);
            var sum = 0L;
            foreach (var pixel in pixels)
            {
                sum += Grey(pixel);
            }

            var mean = (int)(((double)sum / pixels.Length) + 0.5);
            foreach (ref var value in image)
            {
                value = Blend(mean, value, Factor);
            }
        }
    }

    /// <summary>Towards the grey of each pixel, or away from it.</summary>
    public sealed record OfSaturation(float Factor) : ColourChange
    {
        /// <inheritdoc/>
        public override bool IsNone => Factor == 1;

        /// <inheritdoc/>
        public override void Apply(Span<byte> image)
        {
            foreach (ref var pixel in Pixels.OfImage(image))
            {
                pixel = Blend(Grey(pixel), pixel, Factor);
            }
        }
    }

    /// <summary>Around the colour circle, by a part of a turn in steps of 1/256.</summary>
    public sealed record OfHue(float Turn) : ColourChange
    {
        readonly byte _shift = unchecked((byte)(int)((double)Turn * byte.MaxValue));

        /// <inheritdoc/>
        public override bool IsNone => Turn == 0;

        /// <inheritdoc/>
        public override void Apply(Span<byte> image)
        {
            foreach (ref var pixel in Pixels.OfImage(image))
            {
                var colour = Hsv.Of(pixel);
                pixel = (colour with { Hue = unchecked((byte)(colour.Hue + _shift)) }).ToRgb();
            }
        }
    }
}
