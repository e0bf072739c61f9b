using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using NUnit.Framework;

namespace EtrNlp.Tests.Images;

public sealed class ImageSizingTests
{
    // CelebA's 218 x 178: int(64 * 218 / 178) = 78, and (78 - 64) / 2 = 7.
    [Test]
    public void A_number_scales_the_shorter_side_and_cuts_the_centre() =>
        Assert.That(
            Read("64")!.Place(new(218, 178)),
            Is.EqualTo(new ScaledPart(new(78, 64), Top: 7, Left: 0, new(64, 64)))
        );

    // 64 * 77 / 64 = 77: half of 13 is 6.5, and the even neighbour is 6. For 79 it is 7.5 and 8.
    [TestCase(77, 6)]
    [TestCase(79, 8)]
    public void Half_a_pixel_goes_to_the_even_side(int width, int left) =>
        Assert.That(
            Read("64")!.Place(new(64, width)),
            Is.EqualTo(new ScaledPart(new(64, width), Top: 0, Left: left, new(64, 64)))
        );

    [Test]
    public void Two_numbers_are_height_and_width() =>
        Assert.That(Read("[32, 48]")!.Place(new(7, 9)), Is.EqualTo(ScaledPart.Whole(new(32, 48))));

    [Test]
    public void Shorter_cuts_nothing_and_knows_its_size_only_from_an_image()
    {
        var sizing = Read("{shorter: 64}")!;

        Assert.That(sizing.Size, Is.Null);
        Assert.That(sizing.Place(new(218, 178)), Is.EqualTo(ScaledPart.Whole(new(78, 64))));
    }

    [TestCase("64", 64, 64)]
    [TestCase("[32, 48]", 32, 48)]
    public void The_size_is_known_without_an_image(string yaml, int height, int width) =>
        Assert.That(Read(yaml)!.Size, Is.EqualTo(new ImageSize(height, width)));

    [TestCase("0")]
    [TestCase("large")]
    [TestCase("[64]")]
    [TestCase("[1, 2, 3]")]
    [TestCase("{longer: 64}")]
    public void Anything_else_is_refused(string yaml) =>
        Assert.That(() => Read(yaml), Throws.TypeOf<ConfigException>());

    static ImageSizing? Read(string yaml)
    {
        var reading = new Reading();
        var parsed = ImageSizing.Type.Read(YamlReader.ReadText(yaml, "test.yaml"), "image_size", reading);
        reading.ThrowIfWrong();
        return parsed?.Value;
    }
}
