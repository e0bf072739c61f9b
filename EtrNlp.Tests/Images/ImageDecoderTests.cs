using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

public sealed class ImageDecoderTests
{
    // An 8 x 8 CMYK JPEG of (0, 200, 30, 40), quality 90, by Pillow 9.4.0, which converts it to RGB (215, 46, 190).
    const string Cmyk =
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUV"
        + "FQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIB"
        + "AwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZH"
        + "SElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV"
        + "1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9U6+PK/QOvuiv/9k=";

    // A 2 x 1 PNG of (10, 20, 30) with alpha 0 and (40, 50, 60) with alpha 128, by Pillow 9.4.0.
    const string Clear =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGPkEpFjkJOTawAAAzABGGcaDHsAAAAASUVORK5CYII=";

    [Test]
    public void A_CMYK_image_becomes_RGB()
    {
        var pixels = ImageDecoder.Decode(Convert.FromBase64String(Cmyk), "cmyk.jpg").Pixels.ToArray();

        Assert.That(pixels[..3], Is.EqualTo(new byte[] { 215, 46, 190 }));
    }

    [Test]
    public void A_grey_image_becomes_RGB()
    {
        var png = ImageFolder.Encode(
            (y, x) => new SKColor(90, 90, 90),
            2,
            3,
            SKEncodedImageFormat.Png,
            SKColorType.Gray8
        );

        var image = ImageDecoder.Decode(png, "grey.png");

        Assert.That(image.Size, Is.EqualTo(new ImageSize(2, 3)));
        Assert.That(image.Pixels.ToArray(), Is.EqualTo(Enumerable.Repeat((byte)90, 18).ToArray()));
    }

    [Test]
    public void Transparency_is_dropped()
    {
        Assert.That(
            ImageDecoder.Decode(Convert.FromBase64String(Clear), "clear.png").Pixels.ToArray(),
            Is.EqualTo(new byte[] { 10, 20, 30, 40, 50, 60 })
        );
    }

    [Test]
    public void A_truncated_JPEG_is_incomplete()
    {
        var jpeg = Noise(SKEncodedImageFormat.Jpeg);

        Assert.That(
            () => ImageDecoder.Decode(jpeg[..(jpeg.Length / 2)], "a.jpg"),
            Throws.TypeOf<DataException>().With.Message.EqualTo($"a.jpg is incomplete ({jpeg.Length / 2:N0} bytes)")
        );
    }

    [Test]
    public void A_truncated_PNG_is_refused()
    {
        var png = Noise(SKEncodedImageFormat.Png);

        Assert.That(
            () => ImageDecoder.Decode(png[..(png.Length / 2)], "a.png"),
            Throws.TypeOf<DataException>().With.Message.StartsWith("a.png is ")
        );
    }

    [Test]
    public void A_text_is_no_image() =>
        Assert.That(
            () => ImageDecoder.Decode("<!DOCTYPE html><html>Not found</html>"u8.ToArray(), "a.jpg"),
            Throws.TypeOf<DataException>().With.Message.EqualTo("a.jpg is not a JPEG, PNG, WebP, GIF or BMP image")
        );

    [TestCase("49492A0008000000", "TIFF")]
    [TestCase("4D4D002A00000008", "TIFF")]
    [TestCase("0000001C6674797068656963", "HEIF")]
    [TestCase("0000001C6674797061766966", "AVIF")]
    [TestCase("0000000C6A5020200D0A870A", "JPEG 2000")]
    public void An_image_of_another_format_is_named(string hexadecimal, string format) =>
        Assert.That(
            () => ImageDecoder.Decode(Convert.FromHexString(hexadecimal), "a.jpg"),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo($"a.jpg is not a JPEG, PNG, WebP, GIF or BMP image but {format}; convert it")
        );

    [TestCase("FFD8FFC3", "JPEG")]
    [TestCase("424D000000000000", "BMP")]
    [TestCase("89504E470D0A1A0A00", "PNG")]
    public void A_file_of_a_known_format_that_cannot_be_read_is_damaged_or_rare(string hexadecimal, string format) =>
        Assert.That(
            () => ImageDecoder.Decode(Convert.FromHexString(hexadecimal), "a.jpg"),
            Throws
                .TypeOf<DataException>()
                .With.Message.Matches($"a.jpg is (incomplete|damaged, or a rare kind of {format} that)")
        );

    // 3 x 2 pixels of 8 bits: the run of a pixel of colour 1, a step of one to the right and one up, a run of colour 2.
    [Test]
    public void Pixels_that_a_BMP_skips_have_the_first_colour_of_its_palette()
    {
        const string Head = "424D4C0000000000000042000000 280000000300000002000000010008000100000000000000";
        const string Palette = "0000000000000000 0300000000000000 FEFDFC00 03020100 06050400";
        var bmp = $"{Head} {Palette} 0101 0002 0101 0102 0001".Replace(" ", "", StringComparison.Ordinal);

        var pixels = ImageDecoder.Decode(Convert.FromHexString(bmp), "a.bmp").Pixels.ToArray();

        Assert.That(
            pixels.Chunk(3).Select(Convert.ToHexString),
            Is.EqualTo((string[])["FCFDFE", "FCFDFE", "040506", "010203", "FCFDFE", "FCFDFE"])
        );
    }

    [Test]
    public void An_empty_file_is_no_image() =>
        Assert.That(
            () => ImageDecoder.Decode([], "a.jpg"),
            Throws.TypeOf<DataException>().With.Message.EqualTo("a.jpg is empty")
        );

    static byte[] Noise(SKEncodedImageFormat format) =>
        ImageFolder.Encode((y, x) => new SKColor((byte)(x * y * 7), (byte)(x * 31), (byte)(y * 57)), 64, 64, format);
}
