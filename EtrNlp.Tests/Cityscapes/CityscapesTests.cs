using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using NUnit.Framework;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>What is read from the files of Cityscapes, whichever layout they are in.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CityscapesTests : IDisposable
{
    const string Small = "subset: true, image_size: [32, 64]";

    // By id, from the table of cityscapesScripts' labels.py: trainId, and category - 1. An x marks an id that has a
    // category and no trainId.
    const string TrainIds = "- - - - - - - 0 1 - - 2 3 4 - - - 5 - 6 7 8 9 10 11 12 13 14 15 - - 16 17 18";
    const string Categories = "- - - - - - - 0 0 x0 x0 1 1 1 x1 x1 x1 2 x2 2 2 3 3 4 5 5 6 6 6 x6 x6 6 6 6";

    readonly CityscapesTree _tree = new();

    public void Dispose() => _tree.Dispose();

    static float[] Column(string text, bool isCategory = false) =>
        [
            .. text.Split(' ')
                .Select(cell =>
                    cell == "-" || (cell[0] == 'x' && !isCategory) ? -1 : float.Parse(cell.TrimStart('x'))
                ),
        ];

    [TestCase("", 7, Categories, false)]
    [TestCase(", ambiguous: category", 7, Categories, true)]
    [TestCase(", classes: 19", 19, TrainIds, false)]
    public void Every_official_id_becomes_its_class(string settings, int classes, string table, bool isCategory)
    {
        _tree.Official();
        var byId = Column(table, isCategory);

        var read = _tree.Read(new PixelMap.Classes(ClassSets.ByName[$"cityscapes{classes}"]), Small + settings);

        Assert.That(byId, Has.Length.EqualTo(34));
        Assert.That(read, Is.EqualTo(CityscapesTree.Ids(0).Select(id => byId[id])));
    }

    [TestCase(2)]
    [TestCase(7)]
    [TestCase(19)]
    public void Labels_of_a_pack_are_the_classes(int classes)
    {
        _tree.Pack(labels: $"label_{classes}", classes: classes);
        var names = ClassSets.ByName[$"cityscapes{classes}"];

        Assert.That(
            _tree.Read(new PixelMap.Classes(names), $"{Small}, classes: {classes}", index: 1),
            Is.EqualTo(CityscapesTree.Labels(1, classes))
        );
        Assert.That(
            _tree.Read(new PixelMap.Classes([names[1]]), $"{Small}, classes: {classes}", index: 1),
            Is.EqualTo(CityscapesTree.Labels(1, classes).Select(label => label == 1 ? 0f : -1f)),
            "one class alone"
        );
    }

    // 0 is unknown; 1 is a disparity of 0, which is known.
    [TestCase(true)]
    [TestCase(false)]
    public void Disparity_is_the_number_over_65535(bool isOfficial)
    {
        Action write = isOfficial ? () => _tree.Official() : () => _tree.Pack();
        write();

        var depth = _tree.Read(new PixelMap.Depth());

        Assert.That(depth[..2], Is.EqualTo(new[] { 0, (float)(1 / 65535.0) }));
        Assert.That(depth, Is.EqualTo(CityscapesTree.Disparity(0).Select(p => (float)(p / 65535.0))));
    }

    // Baseline 0.25 m and focal length 2048: a disparity of one pixel is 512 m away. 257 is one pixel, 32257 is 126.
    [Test]
    public void Inverse_metres_come_from_the_cameras()
    {
        _tree.Official();

        var depth = _tree.Read(new PixelMap.Depth(), Small + ", depth: inverse_metres");

        Assert.That(depth[..4], Is.EqualTo(new[] { 0, 0, 1 / 512f, 126 / 512f }));
    }

    [Test]
    public void Images_are_the_same_bytes_in_both_layouts()
    {
        _tree.Official("published/");
        Assert.That(_tree.ReadImage(index: 3), Is.EqualTo(CityscapesTree.Rgb(3)), "official");

        Directory.Delete(_tree.Root, recursive: true);
        _tree.Pack("low_res/");
        Assert.That(_tree.ReadImage(index: 3), Is.EqualTo(CityscapesTree.Rgb(3)), "pack");
        Assert.That(_tree.Folder.Said, Has.None.Contains("8-bit"));
    }

    [TestCase("'<f8'", 8)]
    [TestCase("'<f2'", 2)]
    [TestCase("'|u1'", 1)]
    public void Images_may_be_of_other_types(string type, int bytes)
    {
        _tree.Pack();
        var data = CityscapesTree
            .Rgb(0)
            .SelectMany(value =>
                bytes == 8 ? BitConverter.GetBytes(value / 255.0)
                : bytes == 2 ? BitConverter.GetBytes((Half)(value / 255f))
                : [value]
            );
        _tree.Write("train/image/0.npy", Maps.HandMadeNpy.Of(type, "(32, 64, 3)", [.. data]));

        Assert.That(_tree.ReadImage(), Is.EqualTo(CityscapesTree.Rgb(0)));
        Assert.That(_tree.Folder.Said, Has.None.Contains("8-bit"));
    }

    [Test]
    public void Numbers_that_are_no_bytes_are_rounded_to_the_even_neighbour_with_a_remark()
    {
        _tree.Pack();
        float[] numbers = [.. Enumerable.Repeat((float[])[0.5f, 0.9f / 255, 0.4f / 255], CityscapesTree.Pixels)
            .SelectMany(three => three)];
        _tree.Write("train/image/0.npy", CityscapesTree.Array(3, numbers));

        // 0.5 * 255 is 127.5.
        Assert.That(_tree.ReadImage()[..3], Is.EqualTo(new byte[] { 128, 1, 0 }));
        Assert.That(
            _tree.Folder.Said,
            Has.Some.EqualTo(
                "numbers are no 8-bit ones (k / 255) and are rounded to them in 1 of the files: train/image/0.npy"
            )
        );
    }

    [Test]
    public void Files_that_say_nothing_are_named_once_they_are_packed()
    {
        _tree.Pack();
        foreach (var i in (int[])[0, 1])
        {
            _tree.Write($"train/label_7/{i}.npy", CityscapesTree.Array(0, [.. Enumerable.Repeat(-1f, 2048)]));
        }

        _tree.Read(new PixelMap.Classes(ClassSets.Cityscapes));

        Assert.That(
            _tree.Folder.Said,
            Has.Some.EqualTo("no pixel has a class in 2 of the files: train/label_7/0.npy, train/label_7/1.npy")
        );
    }

    [Test]
    public void Only_what_tasks_ask_for_must_be_there()
    {
        _tree.Official();
        Directory.Delete(_tree.At("disparity"), recursive: true);
        Directory.Delete(_tree.At("camera"), recursive: true);

        var counts = _tree.Source().Validate(_tree.Request(new PixelMap.Classes(["sky"])));

        Assert.That((counts.Train, counts.Val, counts.Test), Is.EqualTo((4, 2, 0)));
        Assert.That(_tree.Folder.Said[0], Does.StartWith("cityscapes: official layout, 6 images in "));
    }

    [Test]
    public void Cameras_are_part_of_the_data_where_they_are_used()
    {
        _tree.Official();
        const string Metres = Small + ", depth: inverse_metres";
        var before = (Digest(Small), Digest(Metres));

        foreach (var stem in CityscapesTree.Stems)
        {
            _tree.Write($"camera/{stem}_camera.json", CityscapesTree.Camera("0.5", "2048"));
        }

        Assert.That(Digest(Small), Is.EqualTo(before.Item1));
        Assert.That(Digest(Metres), Is.Not.EqualTo(before.Item2));
        Assert.That(_tree.Read(new PixelMap.Depth(), Metres)[2], Is.EqualTo(1 / 1024f));

        SourceDigest Digest(string settings) =>
            _tree.Source(settings).Digest(_tree.Request(new PixelMap.Depth()), default);
    }

    [TestCase("subset: true", 128, 256)]
    [TestCase("subset: true, image_size: {shorter: 16}", 16, 32)]
    [TestCase("subset: true, image_size: 16", 16, 16)]
    public void The_size_is_known_before_images_are_packed(string settings, int height, int width)
    {
        _tree.Pack();

        Assert.That(_tree.Source(settings).Size, Is.EqualTo(new ImageSize(height, width)));
    }

    [TestCase("classes: 8", "expected 2, 7 or 19")]
    [TestCase("ambiguous: maybe", "expected one of void, category")]
    public void A_wrong_setting_is_refused(string settings, string expected) =>
        Assert.That(
            () => _tree.Source(settings),
            Throws.TypeOf<ConfigException>().With.Message.Contains(expected)
        );
}
