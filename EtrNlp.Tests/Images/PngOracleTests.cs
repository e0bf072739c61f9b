using EtrNlp.Data.Images;
using NUnit.Framework;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace EtrNlp.Tests.Images;

/// <summary>Numbers of PNG files that ImageSharp has written, beside those that it reads.</summary>
public sealed class PngOracleTests
{
    const int Height = 37;
    const int Width = 53;

    static readonly Random _random = new(15);

    [Test]
    public void Grey_of_16_bits_is_what_ImageSharp_reads([Values] PngFilterMethod filter)
    {
        using var image = Noise<L16>();
        var file = Saved(image, PngColorType.Grayscale, PngBitDepth.Bit16, filter);

        using var read = Image.Load<L16>(file);

        Assert.That(PngSamples.Read(file, "m.png").Values, Is.EqualTo(Pixels(read, pixel => pixel.PackedValue)));
    }

    [TestCase(PngBitDepth.Bit1, 255)]
    [TestCase(PngBitDepth.Bit2, 85)]
    [TestCase(PngBitDepth.Bit4, 17)]
    [TestCase(PngBitDepth.Bit8, 1)]
    public void Fewer_bits_of_grey_are_what_ImageSharp_reads_and_scales_to_255(PngBitDepth bits, int scale)
    {
        using var image = Noise<L8>();
        var file = Saved(image, PngColorType.Grayscale, bits, PngFilterMethod.None);

        using var read = Image.Load<L8>(file);

        Assert.That(
            PngSamples.Read(file, "m.png").Values.Select(value => value * scale),
            Is.EqualTo(Pixels(read, pixel => (int)pixel.PackedValue))
        );
    }

    [TestCase(PngBitDepth.Bit1)]
    [TestCase(PngBitDepth.Bit2)]
    [TestCase(PngBitDepth.Bit4)]
    [TestCase(PngBitDepth.Bit8)]
    public void Positions_in_a_palette_lead_to_the_colours_that_ImageSharp_reads(PngBitDepth bits)
    {
        using var image = Noise<Rgb24>();
        var file = Saved(image, PngColorType.Palette, bits, PngFilterMethod.None);
        var palette = Palette(file);

        using var read = Image.Load<Rgb24>(file);

        Assert.That(
            PngSamples.Read(file, "m.png").Values.Select(position => palette[position]),
            Is.EqualTo(Pixels(read, pixel => pixel))
        );
    }

    static Image<T> Noise<T>()
        where T : unmanaged, IPixel<T>
    {
        var bytes = new byte[Height * Width * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()];
        _random.NextBytes(bytes);
        return Image.LoadPixelData<T>(bytes, Width, Height);
    }

    static byte[] Saved(Image image, PngColorType colours, PngBitDepth bits, PngFilterMethod filter)
    {
        using var file = new MemoryStream();
        image.Save(
            file,
            new PngEncoder
            {
                ColorType = colours,
                BitDepth = bits,
                FilterMethod = filter,
            }
        );
        return file.ToArray();
    }

    static TValue[] Pixels<TPixel, TValue>(Image<TPixel> image, Func<TPixel, TValue> value)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var pixels = new TPixel[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return Array.ConvertAll(pixels, pixel => value(pixel));
    }

    static Rgb24[] Palette(byte[] file)
    {
        var at = file.AsSpan().IndexOf("PLTE"u8);
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at - sizeof(int)));
        var colours = file.AsSpan(at + sizeof(int), length).ToArray().Chunk(3);
        return [.. colours.Select(rgb => new Rgb24(rgb[0], rgb[1], rgb[2]))];
    }
}
