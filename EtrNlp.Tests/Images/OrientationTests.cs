using System.IO.Compression;
using System.Text;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using NUnit.Framework;
using SkiaSharp;
using static SkiaSharp.SKEncodedImageFormat;

namespace EtrNlp.Tests.Images;

public sealed class OrientationTests
{
    const int Right = 6;

    // Stored: red, green above blue, white. The tag says on which sides of the shown image row 0 and column 0 are.
    static readonly string[] Shown = ["RG/BW", "GR/WB", "WB/GR", "BW/RG", "RB/GW", "BR/WG", "WG/BR", "GW/RB"];

    static readonly SKColor[] Corners = [SKColors.Red, SKColors.Lime, SKColors.Blue, SKColors.White];

    [Test]
    public void The_EXIF_orientation_is_applied(
        [Values(Jpeg, Png, Webp)] SKEncodedImageFormat format,
        [Range(1, 8)] int orientation,
        [Values] bool isBigEndian,
        [Values(3, 4)] int type
    )
    {
        var file = TaggedImage.With(Stored(format), format, TaggedImage.Exif(orientation, isBigEndian, type));

        Assert.That(Read(file), Is.EqualTo(Shown[orientation - 1]));
    }

    [Test]
    public void The_size_of_an_image_is_that_of_the_upright_one()
    {
        using var folder = new ImageFolder();
        var file = TaggedImage.With(Stored(Png), Png, TaggedImage.Exif(Right, true, 3));

        Assert.That(ImageDecoder.ReadSize(folder.Write("turned.png", file)), Is.EqualTo(new ImageSize(64, 32)));
    }

    [TestCase(0)]
    [TestCase(9)]
    [TestCase(70_000)]
    public void An_orientation_out_of_range_says_nothing(int orientation) =>
        Assert.That(ReadPng(TaggedImage.Exif(orientation, false, 4)), Is.EqualTo(Shown[0]));

    [Test]
    public void EXIF_in_WebP_may_begin_as_in_JPEG()
    {
        byte[] exif = [.. "Exif\0\0"u8, .. TaggedImage.Exif(Right, false, 3)];

        Assert.That(Read(TaggedImage.With(Stored(Webp), Webp, exif)), Is.EqualTo(Shown[Right - 1]));
    }

    [TestCase("tEXt")]
    [TestCase("zTXt")]
    [TestCase("iTXt")]
    public void EXIF_in_PNG_may_be_text_as_ImageMagick_writes_it(string type)
    {
        var digits = Convert.ToHexStringLower([.. "Exif\0\0"u8, .. TaggedImage.Exif(Right, true, 3)]);
        var text = Encoding.ASCII.GetBytes($"\nexif\n      32\n{digits[..40]}\n{digits[40..]}\n");
        byte[] data = type switch
        {
            "tEXt" => [.. "Raw profile type exif\0"u8, .. text],
            "zTXt" => [.. "Raw profile type exif\0\0"u8, .. Packed(text)],
            _ => [.. "Raw profile type exif\0\u0001\0\0\0"u8, .. Packed(text)],
        };

        Assert.That(Read(TaggedImage.WithChunk(Stored(Png), type, data)), Is.EqualTo(Shown[Right - 1]));
    }

    [TestCase("<rdf:Description tiff:Orientation=\"6\"/>")]
    [TestCase("<tiff:Orientation>6</tiff:Orientation>")]
    public void XMP_counts_if_EXIF_does_not_say(string description)
    {
        var xmp = Encoding.ASCII.GetBytes(description);
        byte[] segment = [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. xmp];
        byte[] text = [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. xmp];
        var jpeg = TaggedImage.WithSegment(Stored(Jpeg), segment);

        Assert.That(Read(jpeg), Is.EqualTo(Shown[Right - 1]));
        Assert.That(Read(TaggedImage.WithChunk(Stored(Png), "iTXt", text)), Is.EqualTo(Shown[Right - 1]));
        Assert.That(Read(TaggedImage.WithRiffChunk(Stored(Webp), "XMP ", xmp, 0x04)), Is.EqualTo(Shown[Right - 1]));
        Assert.That(Read(TaggedImage.With(jpeg, Jpeg, TaggedImage.Exif(8, true, 3))), Is.EqualTo(Shown[8 - 1]));
    }

    [Test]
    public void EXIF_that_is_cut_off_or_points_outside_says_nothing([Range(0, 25)] int length)
    {
        var exif = TaggedImage.Exif(Right, true, 3);

        Assert.That(ReadPng(exif[..length]), Is.EqualTo(Shown[length < 22 ? 0 : Right - 1]));
        Assert.That(ReadPng([.. exif[..4], 0xFF, 0xFF, 0xFF, 0xF0, .. exif[8..]]), Is.EqualTo(Shown[0]));
    }

    static byte[] Stored(SKEncodedImageFormat format) =>
        ImageFolder.Encode((y, x) => Corners[y / 16 * 2 + x / 32], 32, 64, format);

    static byte[] Packed(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(text);
        }

        return packed.ToArray();
    }

    static string ReadPng(byte[] exif) => Read(TaggedImage.With(Stored(Png), Png, exif));

    // The letters of the corners, row by row.
    static string Read(byte[] file)
    {
        var image = ImageDecoder.Decode(file, "it");
        return $"{At(0, 0)}{At(0, 1)}/{At(1, 0)}{At(1, 1)}";

        char At(int bottom, int right)
        {
            var (y, x) = (bottom * (image.Size.Height - 1), right * (image.Size.Width - 1));
            var pixel = image.Pixels.Span.Slice((y * image.Size.Width + x) * 3, 3);
            return (pixel[0] > 128, pixel[1] > 128, pixel[2] > 128) switch
            {
                (true, false, false) => 'R',
                (false, true, false) => 'G',
                (false, false, true) => 'B',
                (true, true, true) => 'W',
                _ => '?',
            };
        }
    }
}
