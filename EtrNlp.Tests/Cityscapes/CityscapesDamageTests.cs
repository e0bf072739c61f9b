using EtrNlp.Tests.Images;
using EtrNlp.Tests.Maps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>Files of Cityscapes that are wrong: exit code 2 and one sentence that names the file.</summary>
public sealed class CityscapesDamageTests
{
    const string Image = "leftImg8bit/train/aachen/aachen_000001_000019_leftImg8bit.png";
    const string Labels = "gtFine/train/aachen/aachen_000001_000019_gtFine_labelIds.png";
    const string Disparity = "disparity/train/aachen/aachen_000001_000019_disparity.png";
    const string Camera = "camera/train/aachen/aachen_000001_000019_camera.json";

    static readonly byte[] Page = "<html>not found</html>"u8.ToArray();

    // Found before any file is decoded.
    static IEnumerable<TestCaseData> Trees =>
        [
            Case(
                "nothing",
                tree => Directory.Delete(tree.Root, recursive: true),
                "hold no cityscapes; looked for leftImg8bit (official layout) and train/image (pack layout): is "
            ),
            Case("both", tree => tree.Pack(), "holds cityscapes several times (leftImg8bit, train/image); set"),
            Case(
                "labels missing",
                tree => Directory.Delete(tree.At("gtFine/train"), recursive: true),
                "4 of 6 images have no gtFine_labelIds.png below ",
                "gtFine/train/ulm/ulm_000007_004321_gtFine_labelIds.png is missing. Unpack gtFine_trainvaltest.zip"
            ),
            Case(
                "disparity missing",
                tree => File.Delete(tree.At(Disparity)),
                $"1 of 6 images have no disparity.png below ",
                $"{Disparity} is missing. Unpack disparity_trainvaltest.zip there again."
            ),
            Case(
                "in both splits",
                tree => tree.CopyImages("train/ulm", "val/ulm"),
                "2 images below ",
                " are in both train and val: ulm_000000_000019; ulm_000007_004321. Remove each from the split that"
            ),
            Case("an empty image", tree => tree.Write(Image, []), $"{Image} is empty. Unpack leftImg8bit_train"),
            Case("an empty map", tree => tree.Write(Labels, []), $"{Labels} is empty. Unpack gtFine_trainvaltest"),
            Case(
                "no val",
                tree => Directory.Delete(tree.At("leftImg8bit/val"), recursive: true),
                "too few images in split val: 0"
            ),
        ];

    static IEnumerable<TestCaseData> Cameras =>
        [
            Case("missing", tree => File.Delete(tree.At(Camera)), $"{Camera} is missing. Unpack camera_trainvaltest"),
            Case("a page", tree => tree.Write(Camera, Page), $"{Camera} is no JSON. Copy them again, or set"),
            Case("nothing", tree => tree.Write(Camera, "{}"u8.ToArray()), "1 camera files cannot be used: "),
            Case("0", tree => tree.Write(Camera, CityscapesTree.Camera("0", "2262")), "above 0. Copy them again, or"),
        ];

    static IEnumerable<TestCaseData> Files =>
        [
            Case(
                "two images",
                tree =>
                {
                    tree.Write(Image, Page);
                    tree.Write(Image.Replace("_000001_", "_000000_"), File.ReadAllBytes(tree.At(Labels)));
                },
                "2 of 6 images cannot be used: ",
                "aachen_000000_000019_leftImg8bit.png is 8-bit grey, expected 8-bit RGB; ",
                $"{Image} is no PNG, expected PNG, which keeps every number as it is. Copy them again."
            ),
            Case("half an image", tree => Halve(tree, Image), $"{Image} is incomplete ("),
            Case(
                "a smaller image",
                tree => tree.Write(Image, HandMadePng.Rgb(1, 1, 1, 2, 3)),
                $"{Image} is 1x1, expected 32x64"
            ),
            Case("half a map", tree => Halve(tree, Labels), $"1 of 6 maps cannot be used: {Labels} is incomplete ("),
            Case(
                "colours",
                tree => File.Copy(tree.At(Labels.Replace("labelIds", "color")), tree.At(Labels), overwrite: true),
                $"{Labels} is 8-bit RGB, expected 8-bit grey, whose numbers are label ids. Copy them again."
            ),
            Case(
                "instances",
                tree => File.Copy(tree.At(Disparity), tree.At(Labels), overwrite: true),
                $"{Labels} is 16-bit grey, expected 8-bit grey"
            ),
            Case(
                "train ids",
                tree => tree.Write(Labels, HandMadePng.Grey(1, 2, 18, 255)),
                $"{Labels} has 255 in row 0, column 1, expected label ids of 0 to 33"
            ),
            Case(
                "a smaller map",
                tree => tree.Write(Labels, HandMadePng.Grey(1, 2, 18, 33)),
                $"{Labels} is 1x2 and its image {Image} is 32x64; a map has a value for every pixel"
            ),
            Case(
                "8 bits of depth",
                tree => tree.Write(Disparity, HandMadePng.Grey(1, 2, 18, 33)),
                $"{Disparity} is 8-bit grey, expected the original 16-bit grey, which no conversion has cut. Copy"
            ),
            Case(
                "8 of 16 bits of depth",
                tree => tree.Write(Disparity, HandMadePng.Grey16(1, 2, 18, 255)),
                $"{Disparity} has no number above 255, expected the original 16-bit grey"
            ),
        ];

    static IEnumerable<TestCaseData> Arrays =>
        [
            Array("a gap", "train/image/2", null, "1 arrays are missing below ", ": train/image/2.npy. Numbers go"),
            Array("labels missing", "val/label_7/1", null, ": val/label_7/1.npy. Numbers go from 0 to the last"),
            Array("one more", "val/depth/2", [], "val/image/2.npy; val/label_7/2.npy. Numbers go"),
            Array("empty", "train/depth/1", [], "1 of 18 arrays cannot be read", "/1.npy is empty. Copy"),
            Array("a page", "train/image/1", Page, "train/image/1.npy is no array of numpy (.npy). Copy them again."),
            Array(
                "half of it",
                "train/depth/1",
                CityscapesTree.Array(1, new float[2048])[..4224],
                "train/depth/1.npy ends after 4,096 of 8,192 bytes of numbers (header: '<f4', (32, 64, 1))"
            ),
            Array(
                "objects",
                "train/label_7/1",
                HandMadeNpy.Of("'|O'", "(1,)", [1]),
                "train/label_7/1.npy holds Python objects ('|O'), which are not read because loading them could run"
            ),
            Array(
                "grey",
                "train/image/1",
                CityscapesTree.Array(1, new float[2048]),
                "train/image/1.npy has the shape (32, 64, 1), expected (height, width, 3)"
            ),
            Array(
                "two sizes of images",
                "train/image/1",
                HandMadeNpy.Of("'|u1'", "(1, 1, 3)", [1, 2, 3]),
                "train/image/1.npy is 1x1 and the first image is 32x64; two sizes are mixed"
            ),
            Array(
                "another size",
                "train/label_7/1",
                HandMadeNpy.Of("'|i1'", "(1, 1)", [3]),
                "train/label_7/1.npy is 1x1 and its image train/image/1.npy is 32x64"
            ),
            Number("too bright", "image", 3, 1.5f, "has 1.5 in row 31, column 63, expected 0 to 1, or bytes"),
            Number("no number", "image", 3, float.NaN, "has NaN in row 31, column 63, expected 0 to 1"),
            Number("an unknown class", "label_7", 0, 7, "has 7 in row 31, column 63, expected a class of 0 to 6, or"),
            Number("half a class", "label_7", 0, 0.5f, "has 0.5 in row 31, column 63, expected a class of 0 to 6"),
            Number("no class", "label_7", 0, float.NaN, "has NaN in row 31, column 63, expected a class"),
            Number("negative", "depth", 1, -0.5f, "has -0.5 in row 31, column 63, expected at least 0"),
            Number("too near", "depth", 1, 1, "has 1 in row 31, column 63, expected at least 0 and less than 1"),
            Number("endless", "depth", 1, float.PositiveInfinity, "has Infinity in row 31, column 63, expected"),
        ];

    [TestCaseSource(nameof(Trees))]
    public Task Wrong_trees_are_named(Delegate damage, string[] expected) =>
        IsRefused(tree => tree.Official(), damage, "validate", expected);

    [TestCaseSource(nameof(Cameras))]
    public Task Wrong_cameras_are_named(Delegate damage, string[] expected) =>
        IsRefused(tree => tree.Official(), damage, "validate", expected, "dataset.depth=inverse_metres");

    [TestCaseSource(nameof(Files))]
    public Task A_wrong_file_is_named_before_anything_is_trained(Delegate damage, string[] expected) =>
        IsRefused(tree => tree.Official(), damage, "train", expected);

    [TestCaseSource(nameof(Arrays))]
    public Task A_wrong_array_is_named_before_anything_is_trained(Delegate damage, string[] expected) =>
        IsRefused(tree => tree.Pack(), damage, "train", expected);

    [TestCase("dataset.subset=false", "has 4 images of train and 2 images of val, expected 2,975 images")]
    [TestCase("dataset.classes=2", "dataset.classes: which ids make up two classes is published nowhere")]
    [TestCase("dataset.classes=19", "cityscapes with classes: 19 has no class 'flat'")]
    [TestCase("tasks=[{name: a, type: normals}]", "cityscapes with classes: 7 has no normals of pixels")]
    [TestCase("tasks=[{name: a, type: classes, classes: [huma]}]", "has no class 'huma'; did you mean 'human'?")]
    public Task What_official_files_have_not_is_refused(string setting, string expected) =>
        IsRefused(tree => tree.Official(), () => { }, "validate", [expected], setting);

    [TestCase("dataset.ambiguous=category", "dataset.ambiguous: only the 7 categories of official files")]
    [TestCase("dataset.depth=inverse_metres", "dataset.depth: a pack has no cameras")]
    public Task What_a_pack_has_not_is_refused(string setting, string expected) =>
        IsRefused(tree => tree.Pack(), () => { }, "validate", [expected], setting);

    [Test]
    public Task Attributes_are_refused() =>
        IsRefused(
            tree => tree.Pack(),
            () => { },
            "validate",
            ["cityscapes has no attributes of images and this task asks for them; use tasks that predict pixels"],
            "tasks=[{name: a, type: attributes, columns: [b]}]",
            "backbone.kind=resnet18"
        );

    static async Task IsRefused(
        Action<CityscapesTree> write,
        Delegate damage,
        string command,
        string[] expected,
        params string[] settings
    )
    {
        using var tree = new CityscapesTree();
        write(tree);
        damage.DynamicInvoke(damage.Method.GetParameters().Length == 0 ? [] : [tree]);

        var (code, output, error) = await CityscapesTraining.Run(tree, command, ["--quiet"], settings);

        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(expected.Where(part => !error.Contains(part, StringComparison.Ordinal)), Is.Empty, error);
        Assert.That(error.TrimEnd(), Does.Not.Contain("\n").And.Not.Contains(" at EtrNlp"));
    }

    static void Halve(CityscapesTree tree, string path)
    {
        var bytes = File.ReadAllBytes(tree.At(path));
        tree.Write(path, bytes[..(bytes.Length / 2)]);
    }

    static TestCaseData Array(string name, string path, byte[]? bytes, params string[] expected) =>
        Case(
            name,
            tree =>
            {
                File.Delete(tree.At($"{path}.npy"));
                if (bytes is not null)
                {
                    tree.Write($"{path}.npy", bytes);
                }
            },
            expected
        );

    // In the last pixel.
    static TestCaseData Number(string name, string kind, int channels, float last, string expected) =>
        Array(
            name,
            $"train/{kind}/1",
            CityscapesTree.Array(channels, [.. new float[(Math.Max(channels, 1) * 2048) - 1], last]),
            $"train/{kind}/1.npy {expected}"
        );

    static TestCaseData Case(string name, Action<CityscapesTree> damage, params string[] expected) =>
        new TestCaseData(damage, expected).SetArgDisplayNames(name);
}
