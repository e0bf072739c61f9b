using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Images;

/// <summary>
/// The expected bytes are those of Pillow 9.4.0: <c>Image.fromarray(p).resize((w, h), Image.BILINEAR)</c>.
/// </summary>
public sealed class TriangleResizeTests
{
    static readonly TestCaseData[] Cases =
    [
        new TestCaseData(
            7,
            5,
            3,
            4,
            new byte[]
            {
                76,
                113,
                136,
                137,
                136,
                141,
                117,
                116,
                153,
                167,
                121,
                90,
                149,
                149,
                125,
                147,
                122,
                118,
                127,
                164,
                133,
                100,
                126,
                137,
                128,
                82,
                78,
                133,
                132,
                124,
                113,
                112,
                104,
                136,
                173,
                142,
            }
        ).SetArgDisplayNames("smaller"),
        new TestCaseData(
            2,
            2,
            3,
            4,
            new byte[]
            {
                11,
                48,
                85,
                39,
                76,
                113,
                94,
                131,
                168,
                122,
                159,
                196,
                122,
                31,
                68,
                118,
                59,
                96,
                109,
                114,
                151,
                105,
                142,
                179,
                233,
                14,
                51,
                197,
                42,
                79,
                124,
                97,
                134,
                88,
                125,
                162,
            }
        ).SetArgDisplayNames("larger"),
        new TestCaseData(
            1,
            9,
            1,
            4,
            new byte[] { 103, 89, 126, 153, 121, 102, 114, 151, 132, 90, 127, 164 }
        ).SetArgDisplayNames("rows only"),
        new TestCaseData(
            6,
            3,
            2,
            3,
            new byte[] { 107, 112, 149, 122, 159, 100, 137, 110, 115, 140, 113, 150, 155, 128, 165, 106, 143, 116 }
        ).SetArgDisplayNames("columns only"),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Gives_the_bytes_of_Pillow(int height, int width, int toHeight, int toWidth, byte[] expected) =>
        Assert.That(
            TriangleResize.Resize(Pattern(height, width), ScaledPart.Whole(new(toHeight, toWidth))).Pixels.ToArray(),
            Is.EqualTo(expected)
        );

    [TestCase(218, 178, 78, 64)]
    [TestCase(97, 101, 31, 1)]
    [TestCase(1, 300, 1, 7)]
    [TestCase(33, 20, 100, 90)]
    [TestCase(64, 1000, 64, 9)]
    public void Gives_the_bytes_of_Pillow_installed(int height, int width, int toHeight, int toWidth)
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy, PIL.Image
            pixels = numpy.random.default_rng(4).integers(0, 256, ({height}, {width}, 3)).astype("uint8")
            pixels.tofile(r"{folder.File("from")}")
            scaled = PIL.Image.fromarray(pixels).resize(({toWidth}, {toHeight}), PIL.Image.BILINEAR)
            numpy.asarray(scaled).tofile(r"{folder.File("to")}")
            """
        );
        var image = new RgbImage(File.ReadAllBytes(folder.File("from")), new(height, width));

        var scaled = TriangleResize.Resize(image, ScaledPart.Whole(new(toHeight, toWidth)));

        Assert.That(scaled.Pixels.ToArray(), Is.EqualTo(File.ReadAllBytes(folder.File("to"))));
    }

    [Test]
    public void The_same_size_changes_nothing()
    {
        var image = Pattern(5, 6);

        Assert.That(
            TriangleResize.Resize(image, ScaledPart.Whole(image.Size)).Pixels.ToArray(),
            Is.EqualTo(image.Pixels.ToArray())
        );
    }

    [Test]
    public void A_part_is_what_would_be_cut_from_the_whole()
    {
        var image = Pattern(31, 23);
        var whole = TriangleResize.Resize(image, ScaledPart.Whole(new(9, 11))).Pixels.ToArray();

        var part = TriangleResize.Resize(image, new ScaledPart(new(9, 11), Top: 2, Left: 3, new(4, 5)));

        var cut = Enumerable.Range(2, 4).SelectMany(y => whole.Skip((y * 11 + 3) * 3).Take(5 * 3)).ToArray();
        Assert.That(part.Size, Is.EqualTo(new Data.Datasets.ImageSize(4, 5)));
        Assert.That(part.Pixels.ToArray(), Is.EqualTo(cut));
    }

    // Byte i is (37 i + 11) mod 256.
    static RgbImage Pattern(int height, int width) =>
        new(Enumerable.Range(0, height * width * 3).Select(i => (byte)(i * 37 + 11)).ToArray(), new(height, width));
}
