using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using NUnit.Framework;

namespace EtrNlp.Tests.NyuV2;

/// <summary>Maps of NYUv2 that others have published as PNG take the place of those of the official file.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PublishedMapsTests : IDisposable
{
    const int Pixels = NyuTree.Height * NyuTree.Width;

    readonly NyuTree _tree = new();

    public void Dispose() => _tree.Dispose();

    // 1 to 13 are the classes, 0 is void.
    [Test]
    public void Ready_made_classes_are_taken_as_they_are()
    {
        WriteClasses(13);

        var classes = Read("classes: png", new PixelMap.Classes(ClassSets.Nyuv2), 1);

        Assert.That(
            classes.AsSpan().SequenceEqual([.. Enumerable.Range(0, Pixels).Select(i => i / NyuTree.Width % 14 - 1f)])
        );
    }

    [Test]
    public void A_class_above_13_is_named()
    {
        WriteClasses(14);

        Assert.That(
            () => Read("classes: png", new PixelMap.Classes(ClassSets.Nyuv2), 1),
            Throws
                .TypeOf<DataException>()
                .With.Message.Contains("new_nyu_class13_0001.png has 14 in row 14, column 0, expected 0 to 13")
        );
    }

    // 255 is 1, 0 is -1, 204 is 0.6, 26 is -0.796: brought to length 1. The left half has a mask of 0.
    [TestCase(0)]
    [TestCase(1)]
    public void Published_normals_count_where_their_masks_say_so(int first)
    {
        WriteNormals(first, 255);

        var normals = Read("normals: published", new PixelMap.Normals(), 3);

        var length = Math.Sqrt((0.6 * 0.6) + (0.8 * 0.8));
        Assert.That(normals[..3], Is.EqualTo(new float[3]));
        Assert.That(normals[^3..], Is.EqualTo(new[] { 0.6, 0, -0.8 }.Select(x => x / length)).Within(0.005));
    }

    [Test]
    public void A_changed_mask_makes_other_data()
    {
        WriteNormals(0, 255);
        var request = _tree.Request(new PixelMap.Normals());
        var before = Source("normals: published").Digest(request, default);
        WriteNormals(0, 0);

        Assert.That(Source("normals: published").Digest(request, default), Is.Not.EqualTo(before));
    }

    [Test]
    public void Missing_ones_are_counted()
    {
        WriteNormals(0, 255);
        File.Delete(_tree.At("normals_gt/masks/0000.png"));
        File.Delete(_tree.At("normals_gt/normals/0002.png"));

        Assert.That(
            () => Source("normals: published").Validate(_tree.Request(new PixelMap.Normals())),
            Throws
                .TypeOf<DataException>()
                .With.Message.StartsWith("1 of 8 normals are missing below ")
                .And.Message.Contains("that of image 3. Unpack the published set there.")
        );
    }

    float[] Read(string setting, PixelMap map, int channels)
    {
        using var dataset = Source(setting).Open(_tree.Request(map), default);
        var values = new float[Pixels * channels];
        dataset.ReadMap(0, Split.Train, [0], values);
        return values;
    }

    IDatasetSource Source(string setting) => _tree.Source($"subset: true, image_size: [480, 640], {setting}");

    void WriteClasses(int most)
    {
        var png = HandMadePng.Grey(
            NyuTree.Height,
            NyuTree.Width,
            [.. Enumerable.Range(0, Pixels).Select(i => (byte)(i / NyuTree.Width % (most + 1)))]
        );
        for (var number = 1; number <= 8; number++)
        {
            _tree.Folder.Write($"nyuv2/nyuv2_class13/new_nyu_class13_{number:D4}.png", png);
        }
    }

    void WriteNormals(int first, byte known)
    {
        byte[] colours = [.. Enumerable.Range(0, Pixels).SelectMany(_ => new byte[] { 204, 127, 26 })];
        byte[] mask = [.. Enumerable.Range(0, Pixels).Select(i => i % NyuTree.Width < 320 ? (byte)0 : known)];
        var (normals, masks) = (
            HandMadePng.Rgb(NyuTree.Height, NyuTree.Width, colours),
            HandMadePng.Grey(NyuTree.Height, NyuTree.Width, mask)
        );
        for (var number = first; number < first + 8; number++)
        {
            _tree.Folder.Write($"nyuv2/normals_gt/normals/{number:D4}.png", normals);
            _tree.Folder.Write($"nyuv2/normals_gt/masks/{number:D4}.png", masks);
        }
    }
}
