using EtrNlp.Data.Configuration;
using EtrNlp.Data.Images;
using NUnit.Framework;

namespace EtrNlp.Tests.Images;

/// <summary>The first frame of a GIF; every expected value is that of <c>convert("RGB")</c> of Pillow 9.4.0.</summary>
public sealed class GifTests
{
    // Red, (10, 20, 30), blue, (1, 2, 3).
    const string Palette = "FF0000 0A141E 0000FF 010203";

    // A frame of 2 x 1 pixels with the colours 0 and 1: codes of 3 bits, clear (4) in front of each.
    const string First = "02 02 0453 00 3B";

    static string Screen(int width, string palette = Palette) =>
        $"474946383961 {width:X2}00 0100 {(palette.Length > 14 ? "81" : "80")} 00 00 {palette}";

    static string Transparent(int colour) => $"21 F9 04 01 0000 {colour:X2} 00";

    static string Frame(int left) => $"2C {left:X2}00 0000 0200 0100 00";

    [Test]
    public void A_transparent_pixel_has_its_colour_of_the_palette() =>
        Assert.That(Read(Screen(2) + Transparent(1) + Frame(0) + First), Is.EqualTo("FF0000 0A141E"));

    [Test]
    public void Around_a_smaller_frame_is_the_transparent_colour() =>
        Assert.That(Read(Screen(3) + Transparent(2) + Frame(1) + First), Is.EqualTo("0000FF FF0000 0A141E"));

    [Test]
    public void Around_a_smaller_frame_without_transparency_is_the_first_colour() =>
        Assert.That(Read(Screen(3, "0000FF 0A141E") + Frame(1) + First), Is.EqualTo("0000FF 0000FF 0A141E"));

    [Test]
    public void The_palette_of_the_frame_goes_before_that_of_the_file() =>
        Assert.That(
            Read(Screen(3, "111111 222222") + Transparent(2) + "2C 0100 0000 0200 0100 81" + Palette + First),
            Is.EqualTo("0000FF FF0000 0A141E")
        );

    [Test]
    public void Colours_beyond_the_palette_are_grey() =>
        Assert.That(
            Read(Screen(3, "FF0000 0A141E") + Transparent(200) + Frame(1) + "02 02 0457 00 3B"),
            Is.EqualTo("C8C8C8 FF0000 030303")
        );

    [Test]
    public void A_frame_that_reaches_over_the_canvas_widens_it() =>
        Assert.That(Read(Screen(1) + Frame(0) + First), Is.EqualTo("FF0000 0A141E"));

    [Test]
    public void Extensions_in_front_of_the_frame_are_skipped() =>
        Assert.That(Read(Screen(2) + "21 FE 03 2C2C2C 02 2121 00" + Frame(0) + First), Is.EqualTo("FF0000 0A141E"));

    [Test]
    public void Later_frames_are_not_read() =>
        Assert.That(
            Read(Screen(2) + Frame(0) + "02 02 0453 00" + Transparent(0) + Frame(0) + "02 01"),
            Is.EqualTo("FF0000 0A141E")
        );

    [Test]
    public void A_GIF_that_is_cut_off_anywhere_in_its_first_frame_is_refused()
    {
        var whole = Bytes(Screen(2) + Transparent(1) + Frame(0) + "02 02 0453");
        for (var length = 1; length < whole.Length - 1; length++)
        {
            Assert.That(
                () => ImageDecoder.Decode(whole[..length], "a.gif"),
                Throws.TypeOf<DataException>(),
                $"{length} bytes"
            );
        }
    }

    static byte[] Bytes(string hexadecimal) =>
        Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal));

    static string Read(string hexadecimal)
    {
        var image = ImageDecoder.Decode(Bytes(hexadecimal), "it.gif");
        Assert.That(image.Size.Height, Is.EqualTo(1));
        return string.Join(' ', image.Pixels.ToArray().Chunk(3).Select(Convert.ToHexString));
    }
}
