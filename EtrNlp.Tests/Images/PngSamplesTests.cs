using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Images;

/// <summary>The numbers of a PNG come out as they were put in, or the file is refused.</summary>
public sealed class PngSamplesTests
{
    static IEnumerable<TestCaseData> Damages =>
        [
            Damage("nothing", [], "m.png is empty"),
            Damage("text", "text"u8.ToArray(), "m.png is no PNG, expected PNG"),
            Damage("JPEG", [0xFF, 0xD8, 0xFF, 0xE0], "m.png is JPEG, expected PNG, which keeps every number"),
            Damage("TIFF", "II*\0\b\0\0\0"u8.ToArray(), "m.png is TIFF, expected PNG"),
            Damage("half of a file", Whole[..(Whole.Length / 2)], "m.png is incomplete ("),
            Damage("a changed byte", [.. Whole[..45], (byte)~Whole[45], .. Whole[46..]], "m.png is damaged"),
            Damage("no header", [.. HandMadePng.Signature, .. Whole[33..]], "m.png has a header that no PNG has"),
            Damage("interlaced rows", HandMadePng.Of(0, 8, 1, 1, [0, 7], interlace: 1), "m.png is interlaced, expe"),
            Damage("grey and alpha", HandMadePng.Of(4, 8, 1, 1, [0, 7, 7]), "m.png has transparency, exp"),
            Damage("RGB and alpha", HandMadePng.Of(6, 8, 1, 1, [0, 1, 2, 3, 4]), "m.png has transparency, e"),
            Damage("a bit depth of 3", HandMadePng.Of(0, 3, 1, 1, [0, 7]), "m.png has a header that no PNG has"),
            Damage("a palette of 16 bits", HandMadePng.Of(3, 16, 1, 1, [0, 7, 7]), "m.png has a header that no PNG"),
            Damage("no width", HandMadePng.Of(0, 8, 1, 0, [0]), "m.png has a header that no PNG has"),
            Damage("a bomb", HandMadePng.Of(0, 8, 1 << 20, 1 << 20, [0, 7]), "m.png is too large (1,048,576 x 1,048,5"),
            Damage("too few rows", HandMadePng.Of(0, 8, 2, 1, [0, 7]), Unpacked),
            Damage("too many rows", HandMadePng.Of(0, 8, 1, 1, [0, 7, 0, 7]), Unpacked),
            Damage("a filter of 5", HandMadePng.Of(0, 8, 1, 1, [5, 7]), Unpacked),
            Damage("no rows at all", HandMadePng.Of(HandMadePng.Header(0, 8, 1, 1)), Unpacked),
            Damage("another checksum of rows", WithChecksum(0), Unpacked),
        ];

    static string Unpacked => "m.png is damaged (its rows cannot be unpacked)";

    static byte[] Whole => HandMadePng.Grey(2, 2, 1, 2, 3, 4);

    [Test]
    public void Every_filter_is_undone()
    {
        // Worked by hand: to each byte is added nothing, left, above, half of both, or what Paeth's rule chooses.
        byte[] rows =
        [
            .. new byte[] { 0, 10, 20, 30 },
            .. new byte[] { 1, 5, 5, 5 },
            .. new byte[] { 2, 1, 1, 1 },
            .. new byte[] { 3, 4, 4, 4 },
            .. new byte[] { 4, 1, 1, 250 }, // above, above, above; modulo 256
            .. new byte[] { 4, 100, 0, 0 }, // above, left, left
            .. new byte[] { 0, 15, 20, 0 },
            .. new byte[] { 4, 251, 1, 0 }, // above, corner, above
        ];

        var png = PngSamples.Read(HandMadePng.Of(0, 8, 8, 3, rows), "m.png");

        Assert.That(png.Size, Is.EqualTo(new ImageSize(8, 3)));
        Assert.That(
            png.Values.Chunk(3),
            Is.EqualTo(
                new ushort[][]
                {
                    [10, 20, 30],
                    [5, 10, 15],
                    [6, 11, 16],
                    [7, 13, 18],
                    [8, 14, 12],
                    [108, 108, 108],
                    [15, 20, 0],
                    [10, 16, 0],
                }
            )
        );
    }

    [TestCase(0, 1, 10, new byte[] { 0, 0b10110000, 0b01000000 }, new[] { 1, 0, 1, 1, 0, 0, 0, 0, 0, 1 }, "1-bit grey")]
    [TestCase(0, 2, 5, new byte[] { 0, 0b00011011, 0b10111111 }, new[] { 0, 1, 2, 3, 2 }, "2-bit grey")]
    [TestCase(3, 4, 3, new byte[] { 0, 0x1F, 0xE0 }, new[] { 1, 15, 14 }, "4-bit palette")]
    [TestCase(3, 8, 3, new byte[] { 1, 200, 55, 1 }, new[] { 200, 255, 0 }, "8-bit palette")]
    [TestCase(0, 16, 2, new byte[] { 1, 0x12, 0x34, 0x01, 0xF0 }, new[] { 0x1234, 0x1324 }, "16-bit grey")]
    [TestCase(2, 8, 2, new byte[] { 1, 1, 2, 3, 4, 5, 6 }, new[] { 1, 2, 3, 5, 7, 9 }, "8-bit RGB")]
    public void Numbers_of_any_width_are_kept(int colour, int bits, int width, byte[] row, int[] expected, string said)
    {
        var png = PngSamples.Read(HandMadePng.Of(colour, bits, 1, width, row), "m.png");

        Assert.That(png.Values, Is.EqualTo(expected));
        Assert.That((png.Format.ToString(), png.Format.Channels), Is.EqualTo((said, colour == 2 ? 3 : 1)));
    }

    [TestCaseSource(nameof(Damages))]
    public void A_damaged_or_foreign_file_is_refused_in_a_sentence(byte[] file, string expected) =>
        Assert.That(
            () => PngSamples.Read(file, "m.png"),
            Throws.TypeOf<DataException>().With.Message.StartsWith(expected)
        );

    [Test]
    public void Grey_that_another_encoder_filtered_and_packed_is_kept()
    {
        var file = ImageFolder.Encode(
            (y, x) => new SKColor((byte)(y * x), (byte)(y * x), (byte)(y * x)),
            37,
            41,
            SKEncodedImageFormat.Png,
            SKColorType.Gray8
        );

        var png = PngSamples.Read(file, "m.png");

        Assert.That(png.Size, Is.EqualTo(new ImageSize(37, 41)));
        Assert.That(png.Values, Is.EqualTo(Enumerable.Range(0, 37 * 41).Select(i => (byte)(i / 41 * (i % 41)))));
    }

    // Pillow chooses the filter of each row, and 4 bits where 16 colours are enough.
    [TestCase("P", 256, "uint8", "8-bit palette")]
    [TestCase("P", 16, "uint8", "4-bit palette")]
    [TestCase("P", 3, "uint8", "2-bit palette")]
    [TestCase("L", 256, "uint8", "8-bit grey")]
    [TestCase("I;16", 65536, "uint16", "16-bit grey")]
    [TestCase("RGB", 256, "uint8", "8-bit RGB")]
    public void Files_of_Pillow_hold_the_numbers_of_numpy(string mode, int numbers, string type, string said)
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $$"""
            import numpy, PIL.Image
            shape = (61, 83, 3) if {{numbers}} and "{{mode}}" == "RGB" else (61, 83)
            values = numpy.random.default_rng(5).integers(0, {{numbers}}, shape) // 3 * 3 % {{numbers}}
            values[20:40] = values[20]
            values = values.astype("{{type}}")
            image = PIL.Image.fromarray(values, "{{mode}}")
            if "{{mode}}" == "P":
                image.putpalette(bytes(range(3)) * {{numbers}})
            image.save(r"{{folder.File("m.png")}}")
            values.astype("<u2").tofile(r"{{folder.File("m.raw")}}")
            """
        );

        var png = PngSamples.Read(File.ReadAllBytes(folder.File("m.png")), "m.png");

        Assert.That(png.Format.ToString(), Is.EqualTo(said));
        Assert.That(
            png.Values,
            Is.EqualTo(File.ReadAllBytes(folder.File("m.raw")).Chunk(2).Select(two => BitConverter.ToUInt16(two)))
        );
    }

    // The rows are followed by four bytes of Adler-32.
    static byte[] WithChecksum(byte value)
    {
        var packed = HandMadePng.Pack([0, 7]);
        return HandMadePng.Of(HandMadePng.Header(0, 8, 1, 1), [.. packed[..^4], value, value, value, value]);
    }

    static TestCaseData Damage(string name, byte[] file, string expected) =>
        new TestCaseData(file, expected).SetArgDisplayNames(name);
}
