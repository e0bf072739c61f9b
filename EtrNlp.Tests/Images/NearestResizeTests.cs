using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Images;

public sealed class NearestResizeTests
{
    // floor((i + 1/2) N / n), worked by hand.
    [TestCase(4, 2, new byte[] { 1, 3 })]
    [TestCase(16, 2, new byte[] { 4, 12 })]
    [TestCase(5, 3, new byte[] { 0, 2, 4 })]
    [TestCase(3, 3, new byte[] { 0, 1, 2 })]
    [TestCase(2, 5, new byte[] { 0, 0, 1, 1, 1 })]
    public void Each_pixel_is_the_one_under_its_centre(int from, int to, byte[] expected)
    {
        byte[] ramp = [.. Enumerable.Range(0, from).Select(i => (byte)i)];

        var (row, column) = (
            NearestResize.Resize(new(ramp, new(1, from)), 1, ScaledPart.Whole(new(1, to))),
            NearestResize.Resize(new(ramp, new(from, 1)), 1, ScaledPart.Whole(new(to, 1)))
        );

        Assert.That(row.Pixels.ToArray(), Is.EqualTo(expected));
        Assert.That(column.Pixels.ToArray(), Is.EqualTo(expected));
        Assert.That((row.Size, column.Size), Is.EqualTo((new ImageSize(1, to), new ImageSize(to, 1))));
    }

    [Test]
    public void A_part_is_cut_out_of_the_scaled_map_and_bytes_of_a_pixel_stay_together()
    {
        byte[] map = [.. Enumerable.Range(0, 4 * 8).SelectMany(i => new[] { (byte)i, (byte)(100 + i) })];

        // Scaled to 2 x 4 it has rows 1 and 3, columns 1, 3, 5 and 7; of these the centre.
        var part = NearestResize.Resize(new(map, new(4, 8)), 2, ImageSizing.Crop(2).Place(new(4, 8)));

        Assert.That(part.Pixels.ToArray(), Is.EqualTo(new byte[] { 11, 111, 13, 113, 27, 127, 29, 129 }));
    }

    [TestCase(97, 41, 31, 64)]
    [TestCase(33, 100, 100, 33)]
    [TestCase(60, 90, 22, 33)]
    public void It_takes_the_pixels_that_Pillow_takes(int height, int width, int toHeight, int toWidth)
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy, PIL.Image
            values = numpy.random.default_rng(3).integers(0, 256, ({height}, {width})).astype("uint8")
            values.tofile(r"{folder.File("from")}")
            scaled = PIL.Image.fromarray(values).resize(({toWidth}, {toHeight}), PIL.Image.NEAREST)
            numpy.asarray(scaled).tofile(r"{folder.File("to")}")
            """
        );

        var scaled = NearestResize.Resize(
            new(File.ReadAllBytes(folder.File("from")), new(height, width)),
            1,
            ScaledPart.Whole(new(toHeight, toWidth))
        );

        Assert.That(scaled.Pixels.ToArray(), Is.EqualTo(File.ReadAllBytes(folder.File("to"))));
    }

    // The scaled image has four columns or rows, of which the middle two are known. An image of two rows has 1 and 3.
    [Test]
    public void What_is_known_of_a_part_is_laid_over_the_whole_image()
    {
        byte[] known = [10, 11, 20, 21];
        var part = new ScaledPart(new ImageSize(1, 4), Top: 0, Left: 1, new ImageSize(1, 2));

        var twice = NearestResize.Restore(known, 2, part, new ImageSize(1, 8), outside: 9);
        var rows = NearestResize.Restore([7, 8], 1, new(new(4, 1), 1, 0, new(2, 1)), new ImageSize(2, 3), outside: 9);

        Assert.That(twice, Is.EqualTo(new[] { 9, 9, 9, 9, 10, 11, 10, 11, 20, 21, 20, 21, 9, 9, 9, 9 }));
        Assert.That(rows, Is.EqualTo(new[] { 7, 7, 7, 9, 9, 9 }));
    }
}
