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
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAAB"
        + "AgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SV"
        + "lpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9U6+PK/QOvuiv/9k=";

    // A 2 x 1 PNG of (10, 20, 30) with alpha 0 and (40, 50, 60) with alpha 128, by Pillow 9.4.0.
    const string Clear = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGPkEpFjkJOTawAAAzABGGcaDHsAAAAASUVORK5CYII=";

    static readonly SKColor[] Corners = [SKColors.Red, SKColors.Lime, SKColors.Blue, SKColors.White];

    [Test]
    public void A_CMYK_image_becomes_RGB()
    {
        var pixels = ImageDecoder.Decode(Convert.FromBase64String(Cmyk), "cmyk.jpg").Pixels.ToArray();

        Assert.That(pixels[..3], Is.EqualTo(new byte[] { 215, 46, 190 }));
    }

    [Test]
    public void A_grey_image_becomes_RGB()
    {
        var png = ImageFolder.Encode((y, x) => new SKColor(90, 90, 90), 2, 3, SKEncodedImageFormat.Png, SKColorType.Gray8);

        var image = ImageDecoder.Decode(png, "grey.png");

        Assert.That(image.Size, Is.EqualTo(new ImageSize(2, 3)));
        Assert.That(image.Pixels.ToArray(), Is.EqualTo(Enumerable.Repeat((byte)90, 18).ToArray()));
    }

    [Test]
    public void Transparency_is_dropped()
    {
        Assert.That(ImageDecoder.Decode(Convert.FromBase64String(Clear), "clear.png").Pixels.ToArray(), Is.EqualTo(new byte[] { 10, 20, 30, 40, 50, 60 }));
    }

    // Stored: red, green above blue, white. The tag says on which sides of the shown image row 0 and column 0 are (EXIF 2.3, tag 274).
    [TestCase(1, "RG/BW")]
    [TestCase(2, "GR/WB")]
    [TestCase(3, "WB/GR")]
    [TestCase(4, "BW/RG")]
    [TestCase(5, "RB/GW")]
    [TestCase(6, "BR/WG")]
    [TestCase(7, "WG/BR")]
    [TestCase(8, "GW/RB")]
    public void The_EXIF_orientation_is_applied(int orientation, string expected)
    {
        using var folder = new ImageFolder();
        var jpeg = WithOrientation(ImageFolder.Encode((y, x) => Corners[y / 16 * 2 + x / 32], 32, 64, SKEncodedImageFormat.Jpeg), orientation);

        var image = ImageDecoder.Decode(jpeg, "turned.jpg");

        Assert.That(image.Size, Is.EqualTo(orientation < 5 ? new ImageSize(32, 64) : new ImageSize(64, 32)));
        Assert.That(ImageDecoder.ReadSize(folder.Write("turned.jpg", jpeg)), Is.EqualTo(image.Size));
        Assert.That($"{At(0, 0)}{At(0, 1)}/{At(1, 0)}{At(1, 1)}", Is.EqualTo(expected));

        char At(int bottom, int right)
        {
            var pixel = image.Pixels.Span.Slice(((bottom * (image.Size.Height - 1) * image.Size.Width) + right * (image.Size.Width - 1)) * 3, 3);
            return (pixel[0] > 128, pixel[1] > 128, pixel[2] > 128) switch { (true, false, false) => 'R', (false, true, false) => 'G', (false, false, true) => 'B', (true, true, true) => 'W', _ => '?' };
        }
    }

    [Test]
    public void A_truncated_JPEG_is_incomplete()
    {
        var jpeg = Noise(SKEncodedImageFormat.Jpeg);

        Assert.That(() => ImageDecoder.Decode(jpeg[..(jpeg.Length / 2)], "a.jpg"), Throws.TypeOf<DataException>().With.Message.EqualTo($"a.jpg is incomplete ({jpeg.Length / 2:N0} bytes)"));
    }

    [Test]
    public void A_truncated_PNG_is_refused()
    {
        var png = Noise(SKEncodedImageFormat.Png);

        Assert.That(() => ImageDecoder.Decode(png[..(png.Length / 2)], "a.png"), Throws.TypeOf<DataException>().With.Message.StartsWith("a.png is "));
    }

    [Test]
    public void A_text_is_no_image() =>
        Assert.That(() => ImageDecoder.Decode("<!DOCTYPE html><html>Not found</html>"u8.ToArray(), "a.jpg"), Throws.TypeOf<DataException>().With.Message.EqualTo("a.jpg is not a JPEG, PNG, WebP, GIF or BMP image"));

    [Test]
    public void An_empty_file_is_no_image() =>
        Assert.That(() => ImageDecoder.Decode([], "a.jpg"), Throws.TypeOf<DataException>().With.Message.EqualTo("a.jpg is empty"));

    static byte[] Noise(SKEncodedImageFormat format) => ImageFolder.Encode((y, x) => new SKColor((byte)(x * y * 7), (byte)(x * 31), (byte)(y * 57)), 64, 64, format);

    // An APP1 segment behind the start marker: TIFF, big-endian, one directory entry: tag 274, type SHORT, count 1.
    static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }
}
