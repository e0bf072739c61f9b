using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Datasets;
using NUnit.Framework;
using static EtrNlp.Tests.Augmentation.Altered;

namespace EtrNlp.Tests.Augmentation;

public sealed class FlipTests
{
    static readonly Scenery _scenery = new(new ImageSize(2, 3), DepthKind.Distance);

    static IAlteration Mirrored => new Flip(1).Draw(Random(), _scenery)!;

    [Test]
    public void Every_row_of_an_image_is_reversed_pixel_by_pixel() =>
        Assert.That(
            Image(Mirrored, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]),
            Is.EqualTo(new byte[] { 7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13 })
        );

    // Pixel x of row y is (x, y, 255 - x). Vectors take five pixels at once, so that widths around that are told apart.
    [Test]
    public void Rows_of_every_width_are_reversed([Range(1, 23)] int width)
    {
        var mirrored = new Flip(1).Draw(Random(), new(new ImageSize(2, width), DepthKind.Distance))!;

        Assert.That(Image(mirrored, Rows(x => x)), Is.EqualTo(Rows(x => width - 1 - x)));

        byte[] Rows(Func<int, int> of) =>
            [
                .. from y in Enumerable.Range(0, 2)
                from x in Enumerable.Range(0, width)
                from value in new[] { of(x), y, 255 - of(x) }
                select (byte)value,
            ];
    }

    [Test]
    public void Classes_and_depth_move_with_the_image()
    {
        Assert.That(Map(Mirrored, Classes, [0, 1, -1, 2, 0, 0]), Is.EqualTo(new[] { -1, 1, 0, 0, 0, 2 }));
        Assert.That(Map(Mirrored, Depth, [1, 2, 3, 4, 5, 0]), Is.EqualTo(new[] { 3, 2, 1, 0, 5, 4 }));
    }

    [Test]
    public void Normals_move_and_their_horizontal_axis_changes_its_sign_and_unknown_ones_stay_unknown()
    {
        float[] normals = [0.6f, 0.8f, 0, 0, 0, 1, 0, 0, 0, -1, 0, 0, 0, 1, 0, 0, 0, 0];

        var mirrored = Map(Mirrored, Normals, normals);

        Assert.That(
            mirrored,
            Is.EqualTo(new[] { 0, 0, 0, 0, 0, 1, -0.6f, 0.8f, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0 })
        );
        Assert.That(mirrored.Select(float.IsNegative).Count(isNegative => isNegative), Is.EqualTo(1), "no -0");
    }

    [TestCase(0, 0)]
    [TestCase(1, 1000)]
    public void It_never_and_always_happens(double probability, int expected) =>
        Assert.That(Happened(probability), Is.EqualTo(expected));

    // Of 1,000 with probability 0.3 the deviation is sqrt(1000 * 0.3 * 0.7) = 14.5.
    [Test]
    public void It_happens_as_often_as_its_probability_says() =>
        Assert.That(Happened(0.3), Is.EqualTo(300).Within(5 * 14.5));

    static int Happened(double probability)
    {
        var (random, flip) = (Random(), new Flip(probability));
        return Enumerable.Range(0, 1000).Count(_ => flip.Draw(random, _scenery) is not null);
    }
}
