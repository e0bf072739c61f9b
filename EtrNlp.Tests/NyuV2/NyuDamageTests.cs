using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.NyuV2;

/// <summary>Files of NYUv2 that are wrong: exit code 2 and one sentence that names the file, or the image.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NyuDamageTests : IDisposable
{
    const string Splits = "splits.mat";

    readonly NyuTree _tree = new();

    static IEnumerable<TestCaseData> Files =>
        [
            Case(
                "nothing",
                tree => Directory.Delete(tree.Root, recursive: true),
                "hold no nyuv2; looked for nyu_depth_v2_labeled.mat (official layout)"
            ),
            Case(
                "a download that stopped",
                tree => Change(tree, NyuTree.Mat, bytes => bytes[..100_000]),
                "nyu_depth_v2_labeled.mat has 100,000 bytes, expected 175,925: the download stopped early"
            ),
            Case(
                "a page",
                tree => Change(tree, NyuTree.Mat, _ => "<html>not found</html>"u8.ToArray()),
                "nyu_depth_v2_labeled.mat is no MATLAB v7.3 (HDF5) file; copy it again"
            ),
            Case("an empty file", tree => Change(tree, NyuTree.Mat, _ => []), "is no MATLAB v7.3 (HDF5) file"),
            Case("no splits", tree => File.Delete(tree.At(Splits)), "splits.mat cannot be read"),
            Case(
                "HDF5 for splits",
                tree => File.Copy(tree.At(NyuTree.Mat), tree.At(Splits), overwrite: true),
                "splits.mat is a MATLAB v7.3 (HDF5) file, expected a MATLAB v5 file"
            ),
            Case(
                "half of the splits",
                tree => Change(tree, Splits, bytes => bytes[..140]),
                "splits.mat is damaged (it ends within an element); copy it again"
            ),
            Case(
                "other variables",
                tree => File.Copy(tree.At("classMapping40.mat"), tree.At(Splits), overwrite: true),
                "splits.mat has no variable 'trainNdxs'; copy the published file"
            ),
            Case(
                "another class map",
                tree => File.Copy(tree.At(Splits), tree.At("class13Mapping.mat"), overwrite: true),
                "class13Mapping.mat has no variable 'classMapping13'"
            ),
        ];

    static IEnumerable<TestCaseData> Arrays =>
        [
            Edit(
                "a label too high",
                "f['labels'][4, 7, 3] = 895",
                "1 of 8 maps cannot be used: image 5 of nyu_depth_v2_labeled.mat has 895 in row 3, column 7, "
                    + "expected a label of 0 to 894. Copy them again."
            ),
            Edit("no depth", "f['depths'][0, 0, 0] = 0", "image 1 of", "has 0 in row 0, column 0, expected metres"),
            Edit("depth that is none", "f['depths'][0, 1, 0] = numpy.nan", "has NaN in row 0, column 1, expected"),
            Edit("millimetres", "f['depths'][:] = f['depths'][:] * 1000", "8 of 8 maps cannot be used: image 1 of"),
            Edit(
                "a damaged chunk",
                "f['depths'].id.write_direct_chunk((4, 0, 0), b'x' * 99)",
                "1 of 8 maps cannot be used: image 5 of nyu_depth_v2_labeled.mat cannot be read (",
                "). Copy them again."
            ),
            Edit("no array", "del f['images']", "nyu_depth_v2_labeled.mat has no array 'images'; copy the published"),
            Edit("no labels", "del f['labels']", "nyu_depth_v2_labeled.mat has no array 'labels'; copy the published"),
            Edit(
                "another type",
                "del f['depths']; f['depths'] = numpy.ones((8, 640, 480))",
                "nyu_depth_v2_labeled.mat: depths is float64 [8, 640, 480], expected single of 3 dimensions"
            ),
            Edit(
                "another shape",
                "del f['images']; f['images'] = numpy.ones((8, 3, 480, 640), 'u1')",
                "images has slices of [3, 480, 640], expected [3, 640, 480]; copy the published file"
            ),
            Edit(
                "images too few",
                "d = f['images'][:7]; del f['images']; f['images'] = d",
                "nyu_depth_v2_labeled.mat has 7 images and 8 labels; copy it again"
            ),
            Split("no number", "[[2], [3], [0]]", "[[1]]", "does not divide the 8 images (1): there is no image 0"),
            Split("in both", "[[2], [3], [1]]", "[[1]]", "does not divide the 8 images (1): image 1 is in both parts"),
            Split("twice", "[[2], [2]]", "[[1]]", "splits.mat: trainNdxs is no list of different integers"),
            Split("a fraction", "[[2], [3.5]]", "[[1]]", "splits.mat: trainNdxs is no list of different integers"),
            Split("too few", "[[2]]", "[[1]]", "too few images in split train: 1, training needs at least 2"),
        ];

    public void Dispose() => _tree.Dispose();

    [TestCaseSource(nameof(Files))]
    public async Task A_wrong_file_is_named(Delegate damage, string[] expected)
    {
        damage.DynamicInvoke(_tree);

        await IsRefused("validate", expected);
    }

    [TestCaseSource(nameof(Arrays))]
    public async Task A_wrong_array_is_named(string script, string[] expected)
    {
        OtherSoftware.Python(
            $"""
            import h5py, numpy, scipy.io
            with h5py.File(r"{_tree.At(NyuTree.Mat)}", "r+") as f:
                {script}
            """.Replace("SPLITS", _tree.At(Splits), StringComparison.Ordinal),
            "h5py, scipy"
        );

        await IsRefused("train", expected);
    }

    [Test]
    public async Task What_is_less_than_the_whole_must_be_declared() =>
        await IsRefused(
            "validate",
            ["labeled.mat has 8 images, expected 1,449 as published; copy it again, or set dataset.subset to true"],
            "dataset.subset=false"
        );

    [TestCase("dataset.crop=[100, 0, 400, 640]", "within an image of 480x640")]
    [TestCase("dataset.crop=[0, 1, 480, 640]", "within an image of 480x640")]
    [TestCase("dataset.crop=[2147483647, 0, 480, 640]", "within an image of 480x640")]
    [TestCase("dataset.crop=[0, 2147483647, 480, 640]", "within an image of 480x640")]
    [TestCase("dataset.crop=[0, 0, 480]", "a list of at least 4")]
    [TestCase("dataset.normals=published", "8 of 8 normals are missing below ")]
    [TestCase("dataset.classes=png", "8 of 8 maps of 13 classes are missing below ")]
    [TestCase("dataset.layout=pack", "looked for train/image (pack layout)")]
    [TestCase("tasks=[{name: a, type: classes, classes: [bed, dog]}]", "nyuv2 has no class 'dog'")]
    [TestCase("tasks=[{name: a, type: attributes, columns: [bed]}]", "tasks.0.columns")]
    public async Task What_does_not_fit_is_named(string setting, string expected) =>
        await IsRefused("validate", [expected], setting);

    async Task IsRefused(string command, string[] expected, params string[] settings)
    {
        var (code, output, error) = await _tree.Run(command, settings);
        var last = error.TrimEnd().Split('\n')[^1];

        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(expected.Where(part => !last.Contains(part, StringComparison.Ordinal)), Is.Empty, error);
        Assert.That(Directory.GetFiles(_tree.Folder.Path, "*.safetensors", SearchOption.AllDirectories), Is.Empty);
    }

    static void Change(NyuTree tree, string name, Func<byte[], byte[]> change) =>
        File.WriteAllBytes(tree.At(name), change(File.ReadAllBytes(tree.At(name))));

    static TestCaseData Split(string name, string train, string test, params string[] expected) =>
        Edit(
            name,
            $"scipy.io.savemat(r'SPLITS', dict(trainNdxs=numpy.array({train}), testNdxs=numpy.array({test})))",
            expected
        );

    static TestCaseData Edit(string name, string script, params string[] expected) =>
        new TestCaseData(script, expected).SetArgDisplayNames(name);

    static TestCaseData Case(string name, Action<NyuTree> damage, params string[] expected) =>
        new TestCaseData(damage, expected).SetArgDisplayNames(name);
}
