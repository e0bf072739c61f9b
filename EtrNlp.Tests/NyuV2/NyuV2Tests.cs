using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using NUnit.Framework;

namespace EtrNlp.Tests.NyuV2;

/// <summary>What is read from the official file of NYUv2 is what was written into it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NyuV2Tests : IDisposable
{
    const int Pixels = NyuTree.Height * NyuTree.Width;

    // Of the classes 1 to 40, as they are published.
    static readonly int[] To13 =
        [.. "12 5 6 1 4 9 10 12 13 6 8 6 13 10 6 13 6 7 7 5 7 3 2 6 11 7 7 7 7 7 7 6 7 7 7 7 7 7 6 7"
            .Split(' ')
            .Select(int.Parse)];

    readonly NyuTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [TestCase(Split.Train)]
    [TestCase(Split.Val)]
    public void Images_labels_and_depth_stand_upright(Split split)
    {
        using var dataset = _tree.Source()
            .Open(_tree.Request(new PixelMap.Classes(ClassSets.Nyuv2), new PixelMap.Depth()), default);
        var (pixels, classes, depth) = (new byte[Pixels * 3], new float[Pixels], new float[Pixels]);

        Assert.That(dataset.Count(split), Is.EqualTo(NyuTree.Numbers(split).Length));
        foreach (var (i, number) in NyuTree.Numbers(split).Index())
        {
            dataset.ReadImages(split, [i], pixels);
            dataset.ReadMap(0, split, [i], classes);
            dataset.ReadMap(1, split, [i], depth);

            byte[] colours = [.. Everywhere((y, x) => Colours(number, y, x)).SelectMany(colour => colour)];
            Assert.That(pixels.AsSpan().SequenceEqual(colours));
            Assert.That(classes.AsSpan().SequenceEqual([.. Everywhere((y, x) => Class(number, y, x))]));
            Assert.That(depth.AsSpan().SequenceEqual([.. Everywhere((y, x) => NyuTree.Depth(number, y, x))]));
        }
    }

    [Test]
    public void A_crop_comes_before_scaling()
    {
        using var dataset = _tree.Source("subset: true, crop: [44, 40, 400, 560], image_size: [200, 280]")
            .Open(_tree.Request(new PixelMap.Depth()), default);
        var depth = new float[200 * 280];
        dataset.ReadMap(0, Split.Train, [0], depth);

        Assert.That(
            depth,
            Is.EqualTo(
                from y in Enumerable.Range(0, 200)
                from x in Enumerable.Range(0, 280)
                select NyuTree.Depth(2, 44 + (2 * y) + 1, 40 + (2 * x) + 1)
            )
        );
    }

    // Every tile of 40 x 40 pixels is a wall that faces the camera; 0.25 m are an edge where they are more than 5 %.
    [TestCase("image_size: [480, 640]", 0, 0, 1)]
    [TestCase("crop: [140, 310, 240, 120], image_size: [120, 60]", 140, 310, 2)]
    public void Normals_are_those_of_the_depth(string settings, int top, int left, int scale)
    {
        var source = _tree.Source($"subset: true, {settings}");
        using var dataset = source.Open(_tree.Request(new PixelMap.Normals()), default);
        var (size, compared, worst) = (source.Size, 0, 0.0);
        var normals = new float[size.Height * size.Width * 3];
        dataset.ReadMap(0, Split.Train, [0], normals);

        for (var i = 0; i < size.Height * size.Width; i++)
        {
            var (y, x) = (top + (i / size.Width * scale) + (scale / 2), left + (i % size.Width * scale) + (scale / 2));
            if (IsWithin(y, x))
            {
                double[] expected = NyuTree.IsPlane(2, y, x) ? [0.48, 0.36, -0.8] : [0, 0, -1];
                worst = Math.Max(worst, expected.Select((one, axis) => Math.Abs(one - normals[(3 * i) + axis])).Max());
                compared++;
            }
        }

        Assert.That(compared, Is.GreaterThan(1_000));
        Assert.That(worst, Is.LessThan(1e-4));

        // All of the 7 x 7 pixels are of the same tile, or of the plane.
        static bool IsWithin(int y, int x) => y % 40 is >= 3 and < 37 && x % 40 is >= 3 and < 37;
    }

    [Test]
    public void The_published_table_takes_the_place_of_the_second_class_map()
    {
        var request = _tree.Request(new PixelMap.Classes(ClassSets.Nyuv2));
        var with = _tree.Source().Digest(request, default);
        File.Delete(_tree.At("class13Mapping.mat"));

        Assert.That(_tree.Source().Digest(request, default), Is.EqualTo(with));
        Assert.That(
            _tree.Folder.Said.Where(line => line.Contains("13 classes", StringComparison.Ordinal)).Distinct(),
            Is.EqualTo(
                new[]
                {
                    "nyuv2: labels become 13 classes by classMapping40.mat and class13Mapping.mat",
                    "nyuv2: labels become 13 classes by classMapping40.mat and the published table",
                }
            )
        );
    }

    [Test]
    public void Only_what_tasks_ask_for_is_needed()
    {
        File.Delete(_tree.At("classMapping40.mat"));

        Assert.That(_tree.Source().Validate(_tree.Request(new PixelMap.Depth())).Val, Is.EqualTo(3));
        Assert.That(
            () => _tree.Source().Validate(_tree.Request(new PixelMap.Classes(ClassSets.Nyuv2))),
            Throws.TypeOf<DataException>().With.Message.Contains("classMapping40.mat cannot be read")
        );
    }

    [Test]
    public void The_size_is_that_of_others_packs_unless_it_is_set()
    {
        Assert.That(_tree.Source("subset: true").Size, Is.EqualTo(new ImageSize(288, 384)));
        Assert.That(
            _tree.Source("subset: true, crop: [0, 0, 240, 640], image_size: {shorter: 60}").Size,
            Is.EqualTo(new ImageSize(60, 160))
        );
    }

    static IEnumerable<T> Everywhere<T>(Func<int, int, T> at) =>
        Enumerable.Range(0, Pixels).Select(i => at(i / NyuTree.Width, i % NyuTree.Width));

    static byte[] Colours(int number, int y, int x) =>
        [.. Enumerable.Range(0, 3).Select(channel => NyuTree.Colour(number, y, x, channel))];

    // make.py maps the label l to the class (l - 1) % 40 + 1 of 40.
    static float Class(int number, int y, int x) =>
        NyuTree.Label(number, y, x) is var label && label == 0 ? -1 : To13[(label - 1) % 40] - 1;
}
