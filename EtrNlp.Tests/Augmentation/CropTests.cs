using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Datasets;
using NUnit.Framework;
using static EtrNlp.Tests.Augmentation.Altered;

namespace EtrNlp.Tests.Augmentation;

public sealed class CropTests
{
    static readonly Scenery _scenery = new(new ImageSize(2, 3), DepthKind.Distance);

    // The depths 1 to 6 in two rows of three, shifted by one pixel at most: all nine results, worked by hand.
    static readonly string[] _shifted =
    [
        "0 0 0 0 1 2",
        "0 0 0 1 2 3",
        "0 0 0 2 3 0",
        "0 1 2 0 4 5",
        "1 2 3 4 5 6",
        "2 3 0 5 6 0",
        "0 4 5 0 0 0",
        "4 5 6 0 0 0",
        "5 6 0 0 0 0",
    ];

    [Test]
    public void All_shifts_up_to_the_padding_happen_and_no_others()
    {
        var random = Random();

        var seen = Enumerable
            .Range(0, 400)
            .Select(_ => Text(Map(new Crop(1).Draw(random, _scenery)!, Depth, [1, 2, 3, 4, 5, 6])))
            .ToHashSet();

        Assert.That(seen, Is.EquivalentTo(_shifted));
    }

    [Test]
    public void Image_and_all_maps_are_shifted_alike_and_nothing_is_known_of_what_is_uncovered()
    {
        for (var i = 0; i < 40; i++)
        {
            var alteration = new Crop(2).Draw(Random($"{i}"), _scenery)!;

            var depth = Map(alteration, Depth, [1, 2, 3, 4, 5, 6]);

            byte[] image = [.. depth.SelectMany(value => new[] { (byte)value, (byte)(2 * value), (byte)(3 * value) })];
            float[] normals = [.. depth.SelectMany(value => new[] { value, -value, 2 * value })];
            Assert.That(
                Image(alteration, [1, 2, 3, 2, 4, 6, 3, 6, 9, 4, 8, 12, 5, 10, 15, 6, 12, 18]),
                Is.EqualTo(image)
            );
            Assert.That(
                Map(alteration, Normals, [1, -1, 2, 2, -2, 4, 3, -3, 6, 4, -4, 8, 5, -5, 10, 6, -6, 12]),
                Is.EqualTo(normals)
            );
            Assert.That(
                Map(alteration, Classes, [0, 1, 2, 3, 4, 5]),
                Is.EqualTo(depth.Select(value => value - 1)),
                "no class is -1"
            );
        }
    }

    [Test]
    public void An_image_may_be_shifted_out_of_sight() =>
        Assert.That(
            Enumerable
                .Range(0, 50)
                .Select(i => Map(new Crop(9).Draw(Random($"{i}"), _scenery)!, Depth, [1, 1, 1, 1, 1, 1])),
            Has.Some.All.EqualTo(0)
        );

    static string Text(float[] values) => string.Join(' ', values);
}
