using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static EtrNlp.Tests.Augmentation.Altered;

namespace EtrNlp.Tests.Augmentation;

public sealed class RescaleCropTests
{
    static readonly ImageSize _size = new(2, 4);

    // Half of 2 x 4 is 1 x 2, at one of two rows and three columns; each pixel becomes 2 x 2.
    static readonly string[] _enlarged =
    [
        "1 1 2 2 1 1 2 2",
        "2 2 3 3 2 2 3 3",
        "3 3 4 4 3 3 4 4",
        "5 5 6 6 5 5 6 6",
        "6 6 7 7 6 6 7 7",
        "7 7 8 8 7 7 8 8",
    ];

    [Test]
    public void Every_place_of_the_part_occurs_and_classes_are_not_mixed()
    {
        var random = Random();

        var seen = Enumerable
            .Range(0, 300)
            .Select(_ => Map(Drawn(random, 2), Classes, [1, 2, 3, 4, 5, 6, 7, 8]))
            .Select(values => string.Join(' ', values))
            .ToHashSet();

        Assert.That(seen, Is.EquivalentTo(_enlarged));
    }

    [TestCase(DepthKind.Distance, 4f, 2f)]
    [TestCase(DepthKind.Inverse, 4f, 8f)]
    public void What_is_enlarged_twice_is_half_as_far_and_unknown_depth_stays_unknown(
        DepthKind kind,
        float depth,
        float expected
    )
    {
        var enlarged = new RescaleCrop([2]).Draw(Random(), new Scenery(_size, kind))!;

        Assert.That(Map(enlarged, Depth, [.. Enumerable.Repeat(depth, 8)]), Has.All.EqualTo(expected));
        Assert.That(Map(enlarged, Depth, new float[8]), Has.All.EqualTo(0));
    }

    [Test]
    public void A_mask_and_normals_are_enlarged_as_they_are()
    {
        var (enlarged, mask) = (Drawn(Random(), 2), new PixelMap.Depth(IsMask: true));

        Assert.That(Map(enlarged, mask, [.. Enumerable.Repeat(1f, 8)]), Has.All.EqualTo(1));
        float[] normals = [.. Enumerable.Repeat((float[])[0, 0.6f, 0.8f], 8).SelectMany(normal => normal)];
        Assert.That(Map(enlarged, Normals, normals), Is.EqualTo(normals));
    }

    [Test]
    public void A_scale_of_1_changes_nothing_and_all_scales_occur()
    {
        var random = Random();
        var drawn = Enumerable
            .Range(0, 100)
            .Select(_ => new RescaleCrop([1, 2]).Draw(random, new Scenery(_size, DepthKind.Distance)))
            .ToArray();

        Assert.That(drawn.Count(one => one is null), Is.EqualTo(50).Within(5 * 5));
    }

    [Test]
    public void The_part_is_enlarged_as_Pillow_does_it()
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy, PIL.Image
            part = numpy.random.default_rng(5).integers(0, 256, (20, 33, 3)).astype("uint8")
            whole = numpy.tile(part, (2, 2, 1))[:30, :49]
            whole.tofile(r"{folder.File("whole")}")
            for top in range(11):
                for left in range(18):
                    cut = PIL.Image.fromarray(numpy.ascontiguousarray(whole[top:top + 20, left:left + 32]))
                    enlarged = numpy.asarray(cut.resize((49, 30), PIL.Image.BILINEAR))
                    enlarged.tofile(r"{folder.File("to")}-%d-%d" % (top, left))
            """
        );
        var possible = Directory.GetFiles(folder.Path, "to-*").Select(File.ReadAllBytes).ToArray();

        // int(30 / 1.5) = 20 rows and int(49 / 1.5) = 32 columns.
        var enlarged = new RescaleCrop([1.5]).Draw(Random(), new Scenery(new(30, 49), DepthKind.Distance))!;

        Assert.That(possible, Has.Length.EqualTo(11 * 18));
        Assert.That(possible, Has.Some.EqualTo(Image(enlarged, File.ReadAllBytes(folder.File("whole")))));
    }

    static IAlteration Drawn(EtrNlp.Data.Randomness.RandomStream random, double scale) =>
        new RescaleCrop([scale]).Draw(random, new Scenery(_size, DepthKind.Distance))!;
}
