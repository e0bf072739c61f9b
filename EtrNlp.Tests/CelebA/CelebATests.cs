using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Images;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.CelebA;

/// <summary>What is read from the lists and images of CelebA, whatever form they are in.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CelebATests : IDisposable
{
    // Turned by half, so that the size is the same.
    static readonly byte[] Half = TaggedImage.Exif(orientation: 3, isBigEndian: true, type: 3);

    readonly CelebATree _tree = new();

    static IEnumerable<TestCaseData> Forms =>
        [
            Form("official", tree => tree.Official()),
            Form("flat", tree => tree.Flat()),
            Form("flat below celeba", tree => tree.Flat("celeba")),
            Form("official below celeba", tree => tree.Official("celeba")),
            Form("csv", tree => tree.Csv()),
            Form("csv, the folder of images doubled", tree => tree.Csv("img_align_celeba")),
            Form("Windows line ends", tree => With(tree, () => tree.Lines = "\r\n").Official()),
            Form("Windows line ends in tables", tree => With(tree, () => tree.Lines = "\r\n").Csv()),
            Form("a table of 0 and 1", tree => With(tree, () => tree.Negative = "0").Csv()),
            Form("attributes from right to left", tree => With(tree, () => Array.Reverse(tree.Columns)).Official()),
            Form("tables from right to left", tree => With(tree, () => Array.Reverse(tree.Columns)).Csv()),
            Form("a byte-order mark", tree => Changed(tree, text => '\uFEFF' + text)),
            Form("no last line end", tree => Changed(tree, text => text.TrimEnd())),
            Form("blank lines at the end", tree => Changed(tree, text => text + "\n \n")),
            Form("tabs", tree => Changed(tree, text => text.Replace(' ', '\t'))),
        ];

    public void Dispose() => _tree.Dispose();

    // By the definition of the tree, not by another form: every image has the labels and split that were written.
    [TestCaseSource(nameof(Forms))]
    public void Every_form_gives_the_labels_and_splits_that_were_written(Delegate write)
    {
        write.DynamicInvoke(_tree);
        using var dataset = _tree.Source().Open(_tree.Folder.Request(CelebATree.Attributes), default);

        foreach (var split in Enum.GetValues<Split>())
        {
            int[] images = [.. Enumerable.Range(0, CelebATree.Count).Where(i => CelebATree.SplitOf(i) == (int)split)];
            var values = new float[images.Length * CelebATree.Attributes.Length];
            dataset.ReadColumns(split, [.. Enumerable.Range(0, images.Length)], values);

            Assert.That(dataset.Count(split), Is.EqualTo(images.Length));
            Assert.That(
                values,
                Is.EqualTo(images.SelectMany(i => CelebATree.Attributes.Select(a => CelebATree.Has(i, a) ? 1f : 0f)))
            );
        }
    }

    [Test]
    public void The_form_is_said_and_can_be_demanded()
    {
        _tree.Official();
        _tree.Csv();

        _tree.Source().Validate(_tree.Folder.Request());
        _tree.Source("subset: true, layout: csv").Validate(_tree.Folder.Request());

        Assert.That(_tree.Folder.Said[0], Does.StartWith("celeba: official layout, 14 images listed in "));
        Assert.That(_tree.Folder.Said[1], Does.StartWith("celeba: csv layout, 14 images listed in "));
        Assert.That(
            () => _tree.Source("subset: true, layout: flat").Validate(_tree.Folder.Request()),
            Throws.TypeOf<DataException>().With.Message.Contains("list_attr_celeba.txt (flat layout)")
        );
    }

    [Test]
    public void The_order_of_rows_changes_neither_labels_nor_splits_of_an_image()
    {
        _tree.Official();
        var inOrder = _tree.Source().Digest(_tree.Folder.Request("Smiling", "Young"), default);
        Array.Reverse(_tree.Rows);
        _tree.Official();

        Assert.That(
            _tree.Source().Digest(_tree.Folder.Request("Smiling", "Young"), default),
            Is.EqualTo(inOrder)
        );
    }

    // torchvision's Resize(64) of 178 x 218: 64 x int(64 * 218 / 178).
    [TestCase("", 78, 64)]
    [TestCase(", image_size: 64", 64, 64)]
    [TestCase(", image_size: [48, 32]", 48, 32)]
    public void The_size_is_known_before_the_data_is(string size, int height, int width) =>
        Assert.That(_tree.Source("subset: true" + size).Size, Is.EqualTo(new ImageSize(height, width)));

    [Test]
    public void Pixels_are_those_of_the_stored_image_whatever_EXIF_says()
    {
        _tree.Official();
        var path = _tree.At("Img/img_align_celeba/000001.jpg");
        var plain = File.ReadAllBytes(path);
        var expected = ImageSizing.Shorter(64).Apply(ImageDecoder.Decode(plain, "it")).Pixels.ToArray();
        File.WriteAllBytes(path, TaggedImage.With(plain, SKEncodedImageFormat.Jpeg, Half));

        using var dataset = _tree.Source().Open(_tree.Folder.Request(), default);
        var pixels = new byte[78 * 64 * 3];
        dataset.ReadImages(Split.Train, [0], pixels);

        Assert.That(pixels, Is.EqualTo(expected));
    }

    [Test]
    public void A_declared_subset_leaves_out_images_that_are_missing()
    {
        _tree.Official();
        File.Delete(_tree.At("Img/img_align_celeba/000001.jpg"));
        File.Delete(_tree.At("Img/img_align_celeba/000014.jpg"));

        var counts = _tree.Source().Validate(_tree.Folder.Request());

        Assert.That((counts.Train, counts.Val, counts.Test), Is.EqualTo((6, 3, 3)));
        Assert.That(_tree.Folder.Said, Has.Some.EqualTo("celeba: 2 listed images are missing and left out"));
    }

    [Test]
    public void A_whole_list_is_compared_with_the_published_one_before_images_are_looked_for()
    {
        _tree.Official();
        int[] images = [.. Enumerable.Range(0, 202_599)];
        var labels = string.Concat(Enumerable.Repeat(" -1", 40));
        File.WriteAllLines(
            _tree.At("Anno/list_attr_celeba.txt"),
            ["202599", string.Join(' ', CelebATree.Attributes), .. images.Select(i => CelebATree.Name(i) + labels)]
        );
        File.WriteAllLines(
            _tree.At("Eval/list_eval_partition.txt"),
            images.Select(i => $"{CelebATree.Name(i)} {(i < 162_770 ? 0 : 1)}")
        );

        Assert.That(
            () => _tree.Source("subset: false").Validate(_tree.Folder.Request()),
            Throws
                .TypeOf<DataException>()
                .With.Message.StartsWith("202,585 of 202,599 listed images are missing below ")
                .And.Message.Contains(": 000015.jpg; 000016.jpg; 000017.jpg; 000018.jpg; 000019.jpg and 202,580 more. ")
                .And.Message.Contains("unpack img_align_celeba.zip again, or set dataset.subset to true")
        );
        Assert.That(
            _tree.Folder.Said[1..],
            Has.Count.EqualTo(4)
                .And.Some.EndsWith("split val has 39,829 images, the published one 19,867")
                .And.Some.EndsWith("split test has 0 images, the published one 19,962")
                .And.Some.Contains("expected 75e246fa4810816ffd6ee81facbd244c)")
                .And.Some.Contains("expected d32c9cbf5e040fd4025c592c306e6668)")
        );
    }

    [TestCase("celeba8")]
    [TestCase("celeba40")]
    public void A_preset_has_each_of_the_attributes_once(string preset) =>
        Assert.That(
            TaskPresets.Find(preset)!.Value.SelectMany(task => ((Attributes)task.Kind).Columns),
            Is.EquivalentTo(CelebATree.Attributes)
        );

    static CelebATree With(CelebATree tree, Action change)
    {
        change();
        return tree;
    }

    static void Changed(CelebATree tree, Func<string, string> change)
    {
        tree.Official();
        foreach (var path in (string[])["Anno/list_attr_celeba.txt", "Eval/list_eval_partition.txt"])
        {
            File.WriteAllText(tree.At(path), change(File.ReadAllText(tree.At(path))));
        }
    }

    static TestCaseData Form(string name, Action<CelebATree> write) =>
        new TestCaseData(write).SetArgDisplayNames(name);
}
