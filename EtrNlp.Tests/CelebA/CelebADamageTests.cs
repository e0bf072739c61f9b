using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Images;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.CelebA;

/// <summary>
/// Files of CelebA that are wrong: exit code 2 and one sentence that names the file and line, or the image.
/// </summary>
public sealed class CelebADamageTests
{
    const string Attributes = "Anno/list_attr_celeba.txt";
    const string Partition = "Eval/list_eval_partition.txt";
    const string Second = "Img/img_align_celeba/000002.jpg";

    static IEnumerable<TestCaseData> Lists =>
        [
            Text("a name missing", Attributes, "Smiling ", "", "line 2: other attributes", "'Smiling' is missing"),
            Text("a name misspelt", Attributes, "Young", "Yuong", "'Young' is missing; 'Yuong' is unknown"),
            Text("a name twice", Attributes, "Young", "Male", "'Young' is missing; 'Male' is there 2 times"),
            Text("no number of images", Attributes, "14\n", "", "line 1: expected the number of images alone, got '5"),
            Text("another number", Attributes, "14\n", "15\n", "line 1: promises 15 images and 14 rows follow"),
            Text("an unknown value", Attributes, "000002.jpg -1", "000002.jpg  2", "line 4 5_o_Clock_Shadow has '2'"),
            Text("a zero in text", Attributes, "000002.jpg -1", "000002.jpg  0", "line 4 5_o_Clock_Shadow has '0'"),
            Text("a value too few", Attributes, "000002.jpg -1", "000002.jpg", "are not 40 (1): line 4 has 39"),
            Text("a value too many", Attributes, "000002.jpg -1", "000002.jpg -1 1", "are not 40 (1): line 4 has 41"),
            Text("an image twice", Attributes, "000002.jpg", "000001.jpg", "line 4 has 000001.jpg of line 3"),
            Text("a strange name", Attributes, "000002.jpg", "../2.jpg", "(1): line 4 has '../2.jpg'. Names are six"),
            Text("an unknown split", Partition, "000002.jpg 1", "000002.jpg 3", "unknown split (1): line 2 has '3'"),
            Text("no split", Partition, "000002.jpg 1", "000002.jpg", "are not 1 (1): line 2 has 0"),
            Text(
                "another order",
                Partition,
                "000002.jpg",
                "000003.jpg",
                "(1): line 2 has 000003.jpg, line 4 of the other has 000002.jpg. The two lists do not belong together"
            ),
            Text("a row too few", Partition, "000014.jpg 0\n", "", "(1): 000014.jpg of the other's line 16 is missing"),
            Text("a row too many", Partition, "000014.jpg 0", "000014.jpg 0\n000015.jpg 0", "the other has ended"),
        ];

    static IEnumerable<TestCaseData> Tables =>
        [
            Case(
                "no column of images",
                tree => tree.Rewrite("list_attr_celeba.csv", "image_id", "image"),
                "list_attr_celeba.csv has no column 'image_id'"
            ),
            Case(
                "no column of splits",
                tree => tree.Rewrite("list_eval_partition.csv", "partition", "split"),
                "list_eval_partition.csv has no column 'partition'"
            ),
            Case(
                "an empty split",
                tree => tree.Rewrite("list_eval_partition.csv", "000002.jpg,1", "000002.jpg,"),
                "unknown split (1): line 3 has ''"
            ),
            Case(
                "0 and -1",
                tree => tree.Rewrite("list_attr_celeba.csv", "000002.jpg,-1", "000002.jpg,0"),
                "values that are not -1 or 1 (1): line 3 5_o_Clock_Shadow has '0'"
            ),
            Case(
                "a cell too few",
                tree => tree.Rewrite("list_attr_celeba.csv", "000002.jpg,-1", "000002.jpg"),
                "rows that do not have 41 cells as the header has (1): line 3 has 40"
            ),
        ];

    static IEnumerable<TestCaseData> Trees =>
        [
            Case(
                "nothing",
                tree => Directory.Delete(tree.Root, recursive: true),
                "holds no lists of CelebA; looked for Anno",
                "list_attr_celeba.csv (csv layout): is dataset.root the right folder?"
            ),
            Case(
                "no partition",
                tree => File.Delete(tree.At(Partition)),
                "holds CelebA in the official layout without Eval",
                "list_eval_partition.txt; copy it there"
            ),
            Case(
                "no images",
                tree => Directory.Delete(tree.At("Img"), recursive: true),
                "without Img",
                "img_align_celeba is unpacked from img_align_celeba.zip"
            ),
            Case(
                "a page instead of a list",
                tree => File.WriteAllText(tree.At(Attributes), "<!DOCTYPE html>\n<html>not found</html>"),
                "list_attr_celeba.txt line 1: expected the number of images alone, got '<!DOCTYPE html>'"
            ),
            Case("an empty list", tree => File.WriteAllText(tree.At(Attributes), ""), "txt line 1: expected the"),
            Case(
                "a list in another encoding",
                tree => File.WriteAllBytes(tree.At(Attributes), [.. "14\n"u8, 0xE4, (byte)'\n']),
                "list_attr_celeba.txt is not UTF-8 text; copy it again"
            ),
            Case(
                "seven empty images",
                tree => Array.ForEach([1, 2, 3, 4, 5, 6, 7], i => File.WriteAllBytes(Image(tree, i), [])),
                "7 of 14 listed images cannot be read below ",
                "000002.jpg is empty; 000003.jpg is empty; ",
                "000006.jpg is empty and 2 more. Copy them again."
            ),
            Case(
                "no image at all",
                tree => Array.ForEach(Directory.GetFiles(tree.At("Img/img_align_celeba")), File.Delete),
                "14 of 14 listed images are missing below ",
                ": 000001.jpg; 000002.jpg; 000003.jpg; 000004.jpg; 000005.jpg and 9 more. The copy looks partial"
            ),
        ];

    static IEnumerable<TestCaseData> Images =>
        [
            Picture("half of it", jpeg => jpeg[..(jpeg.Length / 2)], "000002.jpg is incomplete ("),
            Picture("no end marker", jpeg => jpeg[..^2], "000002.jpg is incomplete ("),
            Picture("something behind its end", jpeg => [.. jpeg, 0], "000002.jpg has bytes behind its end ("),
            Picture("a page", _ => "<html>not found</html>"u8.ToArray(), "000002.jpg is not a JPEG"),
            Picture("a PNG", _ => Red(218, 178, SKEncodedImageFormat.Png), "000002.jpg is no JPEG"),
            Picture(
                "another size",
                _ => Red(64, 64, SKEncodedImageFormat.Jpeg),
                "000002.jpg is 64x64, expected 218x178"
            ),
            Picture(
                "grey",
                _ => Red(218, 178, SKEncodedImageFormat.Jpeg, SKColorType.Gray8),
                "000002.jpg has 1 channels, expected 3"
            ),
        ];

    [TestCaseSource(nameof(Lists))]
    [TestCaseSource(nameof(Trees))]
    public async Task A_wrong_list_or_folder_is_named(Delegate damage, string[] expected)
    {
        using var tree = new CelebATree();
        tree.Official();

        await IsRefused(tree, damage, "validate", expected);
    }

    [TestCaseSource(nameof(Tables))]
    public async Task A_wrong_table_is_named(Delegate damage, string[] expected)
    {
        using var tree = new CelebATree();
        tree.Csv();

        await IsRefused(tree, damage, "validate", expected);
    }

    [TestCaseSource(nameof(Images))]
    public async Task A_wrong_image_is_named_before_anything_is_trained(Delegate damage, string[] expected)
    {
        using var tree = new CelebATree();
        tree.Official();

        await IsRefused(tree, damage, "train", ["1 of 14 images cannot be used: ", .. expected, "Copy them again."]);
    }

    [Test]
    public async Task What_is_less_than_the_whole_must_be_declared()
    {
        using var tree = new CelebATree();
        tree.Official();

        await IsRefused(
            tree,
            "validate",
            ["names 14 images, the published list 202,599; copy the list again, or set dataset.subset to true"],
            "dataset.subset=false"
        );
    }

    [Test]
    public async Task An_attribute_that_is_none_is_named_with_the_nearest()
    {
        using var tree = new CelebATree();
        tree.Official();

        await IsRefused(
            tree,
            "validate",
            ["tasks.0.columns.0: CelebA has no attribute 'Smilling'; did you mean 'Smiling'?"],
            "tasks=[{name: a, type: attributes, columns: [Smilling]}]"
        );
    }

    static async Task IsRefused(CelebATree tree, Delegate damage, string command, string[] expected)
    {
        damage.DynamicInvoke(damage.Method.GetParameters().Length == 0 ? [] : [tree]);
        await IsRefused(tree, command, expected);
    }

    static async Task IsRefused(CelebATree tree, string command, string[] expected, params string[] settings)
    {
        var (code, output, error) = await CelebATraining.Run(tree, command, ["--quiet"], settings);

        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(expected.Where(part => !error.Contains(part, StringComparison.Ordinal)), Is.Empty, error);
        Assert.That(error.TrimEnd(), Does.Not.Contain("\n").And.Not.Contains(" at EtrNlp"));
        Assert.That(Directory.GetFiles(tree.Folder.Path, "*.safetensors", SearchOption.AllDirectories), Is.Empty);
    }

    static string Image(CelebATree tree, int i) => tree.At($"Img/img_align_celeba/{CelebATree.Name(i)}");

    static byte[] Red(int height, int width, SKEncodedImageFormat format, SKColorType type = SKColorType.Rgba8888) =>
        ImageFolder.Encode((_, _) => SKColors.Red, height, width, format, type);

    static TestCaseData Text(string name, string path, string old, string now, params string[] expected) =>
        Case(name, tree => tree.Rewrite(path, old, now), expected);

    static TestCaseData Picture(string name, Func<byte[], byte[]> damage, params string[] expected) =>
        Case(name, tree => File.WriteAllBytes(tree.At(Second), damage(File.ReadAllBytes(tree.At(Second)))), expected);

    static TestCaseData Case(string name, Action<CelebATree> damage, params string[] expected) =>
        new TestCaseData(damage, expected).SetArgDisplayNames(name);
}
