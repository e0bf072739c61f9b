using System.Globalization;
using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static EtrNlp.Tests.Augmentation.Altered;

namespace EtrNlp.Tests.Augmentation;

public sealed class ColourJitterTests
{
    static readonly Scenery _scenery = new(new ImageSize(1, 2), DepthKind.Distance);

    static readonly byte[] _image = [200, 100, 50, 0, 0, 0];

    // Red keeps its place where hue is turned by nothing; a third of a turn, 85 of 255, makes it green.
    [TestCase(1 / 3.0, 255, 0, 0, "0 255 0")]
    [TestCase(-1 / 3.0, 255, 0, 0, "6 0 255")] // 0 - 85 wraps to 171, which is 1 past blue, 170: 6 of 255 towards red
    [TestCase(1 / 3.0, 7, 7, 7, "7 7 7")]
    public void Hue_turns_around_the_circle(double turn, byte red, byte green, byte blue, string expected)
    {
        byte[] pixel = [red, green, blue];
        new ColourChange.OfHue((float)turn).Apply(pixel);

        Assert.That(string.Join(' ', pixel), Is.EqualTo(expected));
    }

    // The grey of the first pixel is 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2, the mean with black 62.
    [Test]
    public void Factors_are_from_black_from_the_mean_grey_and_from_each_pixels_grey()
    {
        Assert.That(After(new ColourChange.OfBrightness(0.5f)), Is.EqualTo("100 50 25 0 0 0"));
        Assert.That(After(new ColourChange.OfBrightness(2)), Is.EqualTo("255 200 100 0 0 0"));
        Assert.That(After(new ColourChange.OfContrast(0)), Is.EqualTo("62 62 62 62 62 62"));
        Assert.That(After(new ColourChange.OfSaturation(0)), Is.EqualTo("124 124 124 0 0 0"));
        Assert.That(After(new ColourChange.OfSaturation(2)), Is.EqualTo("255 76 0 0 0 0"));
    }

    [TestCase("Brightness", "PIL.ImageEnhance.Brightness(image).enhance(factor)")]
    [TestCase("Contrast", "PIL.ImageEnhance.Contrast(image).enhance(factor)")]
    [TestCase("Saturation", "PIL.ImageEnhance.Color(image).enhance(factor)")]
    [TestCase("Hue", "turned(image, factor - 0.7)")]
    public void Each_change_is_that_of_Pillow_byte_for_byte(string change, string script)
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy, PIL.Image, PIL.ImageEnhance
            def turned(image, turn):
                h, s, v = image.convert("HSV").split()
                h = numpy.asarray(h) + numpy.array(int(turn * 255)).astype("uint8")
                return PIL.Image.merge("HSV", (PIL.Image.fromarray(h, "L"), s, v)).convert("RGB")
            image = numpy.random.default_rng(3).integers(0, 256, (64, 65, 3)).astype("uint8")
            image.tofile(r"{folder.File("from")}")
            image = PIL.Image.fromarray(image)
            for factor in (0.25, 0.5, 0.8125, 1.1875, 1.75):
                numpy.asarray({script}).tofile(r"{folder.File("to")}" + str(factor))
            """
        );
        foreach (var factor in (float[])[0.25f, 0.5f, 0.8125f, 1.1875f, 1.75f])
        {
            var image = File.ReadAllBytes(folder.File("from"));

            Change(change, factor).Apply(image);

            var expected = folder.File("to") + factor.ToString(CultureInfo.InvariantCulture);
            Assert.That(image, Is.EqualTo(File.ReadAllBytes(expected)), $"{factor}");
        }
    }

    [Test]
    public void Without_a_range_nothing_happens() =>
        Assert.That(Image(new ColourJitter(0, 0, 0, 0).Draw(Random(), _scenery)!, _image), Is.EqualTo(_image));

    [Test]
    public void Factors_stay_within_their_range_and_maps_stay_as_they_are()
    {
        var random = Random();
        for (var i = 0; i < 200; i++)
        {
            var jitter = new ColourJitter(0.25, 0, 0, 0).Draw(random, _scenery)!;

            Assert.That(Image(jitter, _image)[0], Is.InRange(150, 250));
            Assert.That(Map(jitter, Depth, [1, 2]), Is.EqualTo(new[] { 1, 2 }));
        }
    }

    // One range with the others 0: only that change can show, at factors in its range.
    [TestCase(0.25, 0, 0, 0, "Brightness")]
    [TestCase(0, 0.25, 0, 0, "Contrast")]
    [TestCase(0, 0, 0.25, 0, "Saturation")]
    [TestCase(0, 0, 0, 0.25, "Hue")]
    public void Each_range_is_that_of_its_own_change(double b, double c, double s, double h, string change)
    {
        var random = Random();
        var centre = change == "Hue" ? 0.7f : 1; // where nothing changes
        var possible = Enumerable
            .Range(-5000, 10001)
            .Select(i => string.Join(' ', After(Change(change, centre + (0.25f * i / 5000)))))
            .ToHashSet();

        var drawn = Enumerable
            .Range(0, 200)
            .Select(_ => string.Join(' ', Image(new ColourJitter(b, c, s, h).Draw(random, _scenery)!, _image)))
            .ToHashSet();

        Assert.That(drawn, Is.SubsetOf(possible));
        Assert.That(drawn, Has.Count.GreaterThan(20), "a range, not a number");
    }

    static ColourChange Change(string name, float factor) =>
        name switch
        {
            "Brightness" => new ColourChange.OfBrightness(factor),
            "Contrast" => new ColourChange.OfContrast(factor),
            "Saturation" => new ColourChange.OfSaturation(factor),
            _ => new ColourChange.OfHue(factor - 0.7f),
        };

    static string After(ColourChange change)
    {
        byte[] image = [.. _image];
        change.Apply(image);
        return string.Join(' ', image);
    }
}
