using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// Data of one's own that is wrong: exit code 2, one sentence that names file and line, column or image, and no run
/// begun on garbage.
/// </summary>
public sealed class WrongDataTests
{
    const string Experiment = """
        name: mine
        dataset: {kind: image_table, root: ., image_size: 32}
        tasks:
          - {name: shape, type: attributes, columns: [round]}
        backbone: {kind: resnet18, width: 0.125}
        training: {epochs: 1, batch_size: 2}
        threads: 1
        """;

    const string Table = "image,split,round\na.png,train,1\nb.png,train,0\nc.png,val,1\n";

    static IEnumerable<TestCaseData> Tables =>
        [
            Case("no rows", "image,split,round\n", "labels.csv has a header and no rows; expected one row per image"),
            Case("empty", "", "labels.csv is empty, expected a header and one row per image"),
            Case(
                "no column of images",
                Table.Replace("image,", "imag,"),
                "labels.csv has no column 'image' of image paths; did you mean 'imag'?"
            ),
            Case(
                "no column of the task",
                Table.Replace("round", "rounds"),
                "mine.yaml(4,47): tasks.0.columns.0: ",
                "labels.csv has no column 'round'; did you mean 'rounds'?"
            ),
            Case(
                "a column twice",
                Table.Replace("split,round", "round,round"),
                "labels.csv: the header names 'round' 2 times; rename all but one"
            ),
            Case(
                "no number",
                Table.Replace("b.png,train,0", "b.png,train,2"),
                "labels.csv: cells that cannot be read (1): line 3 column 'round' has '2'"
            ),
            Case(
                "two forms of labels",
                Table.Replace("c.png,val,1", "c.png,val,-1"),
                "line 4 column 'round' has '-1' among 0 and 1"
            ),
            Case(
                "an unknown split",
                Table.Replace("b.png,train", "b.png,trian"),
                "labels.csv: rows with an unknown split (1): line 3 has 'trian'. Write train, val or test."
            ),
            Case(
                "a cell too many",
                Table.Replace("b.png,train,0", "b.png,train,0,0"),
                "rows that do not have 3 cells as the header has (1): line 3 has 4"
            ),
            Case("a stray quote", Table.Replace("b.png", "\"b\".png"), "labels.csv line 3: quotes are out of place"),
            Case(
                "an image twice",
                Table.Replace("b.png", "./a.png"),
                "rows that repeat an image (1): line 3 has a.png of line 2"
            ),
            Case("a row without an image", Table.Replace("b.png", ""), "labels.csv: rows without an image (1): line 3"),
            Case(
                "seven missing images",
                Table + string.Concat(Enumerable.Range(0, 7).Select(i => $"gone{i}.png,train,0\n")),
                "labels.csv: 7 of 10 images are missing below ",
                ": gone0.png; gone1.png; gone2.png; gone3.png; gone4.png and 2 more. Copy them there"
            ),
            Case(
                "nothing to validate on",
                Table.Replace("val", "test"),
                "the dataset has too few images in split val: 0, training needs at least 1; assign more to it"
            ),
            Case(
                "a zero byte",
                Table.Replace("b.png", "b\0.png"),
                "labels.csv line 3: holds a zero byte; the table is damaged, copy it again"
            ),
        ];

    static IEnumerable<TestCaseData> Images =>
        [
            Image("half a PNG", bytes => bytes[..(bytes.Length / 2)], "b.png is incomplete ("),
            Image(
                "a page instead of an image",
                _ => "<html>not found</html>"u8.ToArray(),
                "b.png is not a JPEG, PNG, WebP, GIF or BMP image"
            ),
            Image("an empty file", _ => [], "b.png is empty"),
            Image(
                "a TIFF",
                _ => "II*\0\b\0\0\0"u8.ToArray(),
                "b.png is not a JPEG, PNG, WebP, GIF or BMP image but TIFF; convert"
            ),
            Image(
                "a changed byte",
                bytes => [.. bytes[..^20], (byte)~bytes[^20], .. bytes[^19..]],
                "1 of 3 images cannot be used: b.png is "
            ),
        ];

    [TestCaseSource(nameof(Tables))]
    public Task A_wrong_table_is_named_by_file_and_line(string table, string[] expected) =>
        IsRefused(folder => File.WriteAllText(folder.At("labels.csv"), table), expected);

    [TestCaseSource(nameof(Images))]
    public Task A_broken_image_is_named(Func<byte[], byte[]> damage, string[] expected) =>
        IsRefused(
            folder => File.WriteAllBytes(folder.At("b.png"), damage(File.ReadAllBytes(folder.At("b.png")))),
            expected
        );

    [Test]
    public Task A_table_that_is_not_there_is_named() =>
        IsRefused(
            folder => File.Delete(folder.At("labels.csv")),
            ["there is no table ", "labels.csv; are dataset.root and dataset.table right?"]
        );

    [Test]
    [Platform("Linux")]
    [CancelAfter(60_000)]
    public Task A_named_pipe_as_an_image_is_refused_without_waiting_for_a_writer() =>
        IsRefused(
            folder =>
            {
                File.Delete(folder.At("b.png"));
                NamedPipe.Create(folder.At("b.png"));
            },
            [
                "labels.csv: 1 of 3 images cannot be read: b.png is a named pipe; only regular files are read. "
                    + "Replace them",
            ]
        );

    [Test]
    [Platform("Unix")]
    public Task An_image_that_is_a_link_to_nothing_is_refused() =>
        IsRefused(
            folder =>
            {
                File.Delete(folder.At("b.png"));
                File.CreateSymbolicLink(folder.At("b.png"), folder.At("gone.png"));
            },
            ["labels.csv: 1 of 3 images cannot be read: b.png is a symbolic link to nothing"]
        );

    [TestCase(
        "caf\u00e9",
        "cafe\u0301",
        @"the table has caf\u00e9.png, the folder cafe\u0301.png; write them with the same"
    )]
    [TestCase("a\u030ao\u0308", "\u00e5\u00f6", @"the table has a\u030ao\u0308.png, the folder \u00e5\u00f6.png")]
    [TestCase("\uac00", "\u1100\u1161", @"the table has \uac00.png, the folder \u1100\u1161.png")]
    [TestCase("caf\u00e9/b", "cafe\u0301/b", @"the table has caf\u00e9, the folder cafe\u0301;")]
    public Task A_name_in_another_form_of_Unicode_is_spelled_out(string table, string folder, string expected) =>
        IsRefused(
            images =>
            {
                images.Paint($"{folder}.png", SKColors.Red);
                File.WriteAllText(images.At("labels.csv"), Table.Replace("b.png", $"{table}.png"));
            },
            ["labels.csv: 1 of 3 images are missing below ", $"{table}.png (", expected]
        );

    [Test]
    public Task A_table_in_another_encoding_is_told() =>
        IsRefused(
            folder =>
                File.WriteAllBytes(folder.At("labels.csv"), [.. "image,split,round\n"u8, 0xE4, .. ".png,train,1\n"u8]),
            ["labels.csv is not UTF-8 text; save it as CSV in UTF-8"]
        );

    [Test]
    public Task Images_of_two_shapes_need_a_crop_or_a_stretch() =>
        IsRefused(
            folder =>
            {
                folder.Paint("b.png", SKColors.Blue, 40, 64);
                File.WriteAllText(
                    folder.At("mine.yaml"),
                    Experiment.Replace("image_size: 32", "image_size: {shorter: 32}")
                );
            },
            ["1 of 3 images cannot be used: b.png becomes 32x51, expected 32x32"]
        );

    static async Task IsRefused(Action<ImageFolder> damage, string[] expected)
    {
        using var folder = new ImageFolder();
        Array.ForEach(["a.png", "b.png", "c.png"], name => folder.Paint(name, SKColors.Red, 40, 40));
        File.WriteAllText(folder.At("labels.csv"), Table);
        File.WriteAllText(folder.At("mine.yaml"), Experiment);
        damage(folder);

        var (code, output, error) = await Etrnlp.Run(
            "train",
            folder.At("mine.yaml"),
            "--runs",
            folder.At("runs"),
            "--device",
            "cpu",
            "--quiet"
        );

        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(expected.Where(part => !error.Contains(part, StringComparison.Ordinal)), Is.Empty, error);
        Assert.That(error.TrimEnd(), Does.Not.Contain("\n").And.Not.Contains(" at EtrNlp"));
        Assert.That(
            Directory.Exists(folder.At("runs/mine/seed-0/checkpoints")),
            Is.False,
            "nothing is trained on garbage"
        );
    }

    static TestCaseData Case(string name, string table, params string[] expected) =>
        new TestCaseData(table, expected).SetArgDisplayNames(name);

    static TestCaseData Image(string name, Func<byte[], byte[]> damage, params string[] expected) =>
        new TestCaseData(damage, expected).SetArgDisplayNames(name);
}
