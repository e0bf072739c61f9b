using EtrNlp.Core.Tasks;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Tasks;

/// <summary>Maps of one image of 1x4 pixels as they are drawn, in bytes.</summary>
public sealed class PicturesTests
{
    // The colours of the first classes in the colour map of PASCAL VOC: aeroplane, bicycle, bird; black is its
    // background.
    const string First = "128 0 0";
    const string Second = "0 128 0";
    const string Third = "128 128 0";
    const string Black = "0 0 0";

    // The largest of three outputs; what is predicted of a void pixel is neither right nor wrong.
    [Test]
    public void Classes_have_colours_void_is_black_and_wrong_pixels_are_white()
    {
        var pictures = Drawn(
            new Segmentation(["a", "b", "c"], new Classes()),
            Rows([5, 1, 0], [0, 1, -1], [-3, -2, -1], [0, 4, 0]),
            Rows([0], [0], [2], [-1])
        );

        Assert.That(
            pictures,
            Is.EqualTo(
                new[] { $"{First}, {First}, {Third}, {Black}", $"{First}, {Second}, {Third}, {Second}", "0, 255, 0, 0" }
            )
        );
    }

    // Logits of at least 0: the first class alone, both (the second is likelier), none, none. Labels: first, second,
    // none, second.
    [Test]
    public void One_against_the_rest_shows_the_likeliest_and_counts_void()
    {
        var pictures = Drawn(
            new Segmentation(["a", "b"], new OneVsRest()),
            Rows([1, -1], [1, 2], [-1, -2], [-1, -1]),
            Rows([0], [1], [-1], [1])
        );

        Assert.That(
            pictures,
            Is.EqualTo(
                new[]
                {
                    $"{First}, {Second}, {Black}, {Second}",
                    $"{First}, {Second}, {Black}, {Black}",
                    "0, 255, 0, 255",
                }
            )
        );
    }

    // The range of the label is 1 to 5: 51 + 204 * (d - 1) / 4, and 255 * |error| / 4. Depth 0 is unknown.
    [Test]
    public void Depth_is_grey_over_the_range_of_the_label_and_so_is_its_error()
    {
        var pictures = Drawn(new Depth(), Rows([1], [5], [9], [3]), Rows([1], [2], [5], [0]));

        Assert.That(pictures, Is.EqualTo(new[] { "51, 102, 255, 0", "51, 255, 255, 153", "0, 191, 255, 0" }));
    }

    [Test]
    public void An_image_of_one_depth_and_one_of_none_can_be_drawn()
    {
        Assert.That(
            Drawn(new Depth(), Rows([2], [3], [2], [1]), Rows([2], [2], [2], [2])),
            Is.EqualTo(new[] { "51, 51, 51, 51", "51, 255, 51, 51", "0, 255, 0, 255" })
        );
        Assert.That(
            Drawn(new Depth(), Rows([2], [3], [2], [1]), Rows([0], [0], [0], [0]))[0],
            Is.EqualTo("0, 0, 0, 0")
        );
    }

    // 255 * (n + 1) / 2: x is (255, 128, 128), y (128, 255, 128), -x (0, 128, 128). Predictions have any length.
    // Angles: 0, 90 (white), 180 (white), 45.
    [Test]
    public void Normals_are_colours_and_their_error_is_the_angle()
    {
        var pictures = Drawn(
            new Normals(),
            Rows([7, 0, 0], [0, 2, 0], [-1, 0, 0], [1, 1, 0]),
            Rows([1, 0, 0, 3], [1, 0, 0, 3], [1, 0, 0, 3], [0, 1, 0, 3])
        );

        Assert.That(pictures[0], Is.EqualTo("255 128 128, 255 128 128, 255 128 128, 128 255 128"));
        Assert.That(pictures[1], Is.EqualTo("255 128 128, 128 255 128, 0 128 128, 218 218 128"));
        Assert.That(pictures[2], Is.EqualTo("0, 255, 255, 128"));
    }

    [Test]
    public void A_normal_that_is_not_known_is_black_and_has_no_error()
    {
        var pictures = Drawn(
            new Normals(),
            Rows([1, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0]),
            Rows([0, 0, 0, 0], [0, 0, 0, 3], [1, 0, 0, 3], [1, 0, 0, 0])
        );

        Assert.That(
            (pictures[0], pictures[2]),
            Is.EqualTo(($"{Black}, {Black}, 255 128 128, 255 128 128", "0, 0, 0, 0"))
        );
    }

    // From a seed: classes -1 to 4, depths of 1 and more, normals of unit length.
    [Test]
    public void The_label_itself_has_no_error()
    {
        using var scope = NewDisposeScope();
        var draw = Draw.Gaussian("maps", 2, 3, 8, 8);
        var (classes, depth, normals) = (
            (draw.narrow(1, 0, 1).abs() * 3).floor().clamp_max(5) - 1,
            draw.narrow(1, 1, 1).abs() + 1,
            Normals.Unit(draw)
        );
        var planes = (Segmentation.Planes(classes, 5).to(float32) * 2) - 1;
        foreach (
            var (kind, outputs, targets) in new (ITaskKind, Tensor, Tensor)[]
            {
                (new Segmentation(["a", "b", "c", "d", "e"], new Classes()), planes, classes),
                (new Segmentation(["a", "b", "c", "d", "e"], new OneVsRest()), planes, classes),
                (new Depth(), depth, depth),
                (new Normals(), normals, cat([normals, depth], 1)),
            }
        )
        {
            var pictures = kind.Show(outputs, targets)!;
            Assert.That((pictures.Error.to(float64) * 255).round().max().ToDouble(), Is.Zero, $"{kind}");
            Assert.That(
                (pictures.Label - pictures.Prediction).masked_select(pictures.Label.ne(0)).abs().max().ToDouble(),
                Is.LessThan(1e-6),
                $"{kind}"
            );
        }
    }

    static string[] Drawn(ITaskKind kind, Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var pictures = kind.Show(outputs, targets)!;
        return [.. new[] { pictures.Label, pictures.Prediction, pictures.Error }.Select(Pixels)];
    }

    // "r g b, r g b, ..." or "grey, grey, ...".
    static string Pixels(Tensor picture)
    {
        // [1, 4, channels]
        var bytes = picture.to(float64).clamp(0, 1).mul(255).round().to(int64)[0].permute(1, 2, 0).contiguous();
        var (values, channels) = (bytes.data<long>().ToArray(), (int)bytes.shape[2]);
        return string.Join(", ", values.Chunk(channels).Select(pixel => string.Join(' ', pixel)));
    }

    // Four pixels in a row, [1, channels, 1, 4].
    static Tensor Rows(params float[][] pixels) =>
        tensor([.. pixels.SelectMany(pixel => pixel)], [1, 1, pixels.Length, pixels[0].Length], dtype: float32)
            .permute(0, 3, 1, 2);
}
