using System.Text.Json.Nodes;
using EtrNlp.Tests.Inspection;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Data is decoded and looked at before anything is trained.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DataCommandTests : IDisposable
{
    const string Scenes = """
        name: rendered
        dataset: {kind: scenes, image_size: 32, train: 4, val: 2, test: 0}
        tasks: [{name: ground, type: attributes, columns: [grass, tiles]}]
        backbone: {kind: resnet18, width: 0.125}
        training: {batch_size: 4, epochs: 1, optimizer: {kind: adam}}

        """;

    readonly LabelledFolder _mine = new();
    readonly TemporaryFolder _out = new();

    public void Dispose()
    {
        _mine.Dispose();
        _out.Dispose();
    }

    [Test]
    public async Task Preparing_leaves_nothing_to_decode_for_training()
    {
        var (code, output, error) = await Etrnlp.Run("data", "prepare", _mine.File, "--cache", Cache);
        var trained = await Etrnlp.Run(
            ["train", _mine.File, "--runs", _out.File("runs"), "--cache", Cache, "--device", "cpu"]
        );

        Assert.That((code, trained.Code), Is.EqualTo((0, 0)), error + trained.Error);
        Assert.That(error, Does.Contain("packing 3 images as 8x8 into "));
        Assert.That(output, Does.StartWith("mine: train 2, val 1, test 0 images of 8x8"));
        Assert.That(output, Does.Contain("  images: 3 files, crop 8, antialiased bilinear, "));
        Assert.That(output, Does.Contain("  maps: 3 files, column depth, crop 8, nearest, "));
        Assert.That(trained.Error, Does.Not.Contain("packing"));
    }

    [Test]
    public async Task Programs_are_told_of_every_pack()
    {
        var (code, output, error) = await Etrnlp.Run("data", "prepare", _mine.File, "--cache", Cache, "--json");

        Assert.That(code, Is.Zero, error);
        var one = JsonNode.Parse(output)![0]!;
        Assert.That(one["experiments"]!.ToJsonString(), Is.EqualTo("""["mine"]"""));
        Assert.That(one["images"]!.ToJsonString(), Is.EqualTo("""{"train":2,"val":1,"test":0}"""));
        Assert.That(
            one["packs"]!.AsArray().Select(pack => $"{pack!["of"]} {pack["files"]} {pack["size"]}"),
            Is.EqualTo(new[] { "images 3 8x8", "maps 3 8x8", "maps 3 8x8", "maps 3 8x8" })
        );
        Assert.That(
            one["packs"]!.AsArray().Select(pack => new FileInfo((string)pack!["path"]!).Length),
            Is.EqualTo(one["packs"]!.AsArray().Select(pack => (long)pack!["bytes"]!))
        );
    }

    [Test]
    public async Task An_experiment_its_baseline_and_a_sweep_of_the_same_data_are_opened_once()
    {
        Write("base.yaml", Scenes.Replace("rendered", "plain", StringComparison.Ordinal));
        Write("rendered.yaml", $"{Scenes}baseline: base.yaml\n");
        Write("sweep.yaml", "name: swept\nbase: base.yaml\ngrid: {backbone.width: [0.125, 0.25]}\nseeds: [0]\n");

        var (code, output, error) = await Etrnlp.Run(
            ["data", "prepare", _out.File("rendered.yaml"), _out.File("sweep.yaml"), "--cache", Cache]
        );

        Assert.That(code, Is.Zero, error);
        var lines = output.TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(2), output);
        Assert.That(lines[0].TrimEnd(), Is.EqualTo("rendered, plain: train 4, val 2, test 0 images of 32x32"));
        Assert.That(lines[1], Does.Contain("nothing to prepare"));
    }

    [Test]
    public async Task What_was_counted_is_one_document_for_programs()
    {
        var (code, output, error) = await Inspect("--json", "--images", "0");

        Assert.That(code, Is.Zero, error);
        var json = JsonNode.Parse(output)!;
        Assert.That(
            ((string?)json["name"], (string?)json["image_size"], json["sheet"]),
            Is.EqualTo(("mine", "8x8", (JsonNode?)null))
        );
        Assert.That(json["splits"]!.AsObject().Select(split => split.Key), Is.EqualTo(new[] { "train", "val" }));
        var tasks = json["splits"]!["train"]!["tasks"]!;
        Assert.That(
            tasks["shape"]!.ToJsonString(),
            Is.EqualTo(
                """{"round":{"positive":1,"negative":1,"unknown":0},"red":{"positive":0,"negative":2,"unknown":0}}"""
            )
        );
        // Of 128 pixels 16 are road, 32 sky, 80 void.
        Assert.That(
            tasks["surface"]!.ToJsonString(),
            Is.EqualTo(
                """{"classes":{"road":{"share":0.125,"images":1},"sky":{"share":0.25,"images":1}"""
                    + ""","car":{"share":0,"images":0}},"void":0.625}"""
            )
        );
        Assert.That((double?)tasks["ground"]!["rest"], Is.EqualTo(0.875));
        // 28 pixels of 1 m, 32 of 2, 28 of 3, 32 of 4: the 60th of 120 is of 2 m. 8 of 128 are unknown.
        Assert.That(tasks["far"]!.ToJsonString(), Is.EqualTo("""{"min":1,"median":2,"max":4,"unknown":0.0625}"""));
        // The sum is (32, 64, 0); 32 of 128 are unknown.
        Assert.That(
            tasks["up"]!["mean_direction"]!.AsArray().Select(part => (double)part!),
            Is.EqualTo(new[] { 1 / Math.Sqrt(5), 2 / Math.Sqrt(5), 0 }).Within(1e-9)
        );
        Assert.That((double?)tasks["up"]!["unknown"], Is.EqualTo(0.25));
        // Half of the pixels are magenta, half are black.
        Assert.That(
            json["splits"]!["train"]!["pixels"]!["red"]!.ToJsonString(),
            Is.EqualTo("""{"mean":0.5,"std":0.5,"min":0,"max":1}""")
        );
    }

    [Test]
    public async Task What_may_be_wrong_is_said_with_the_images_concerned()
    {
        var (code, output, error) = await Inspect("--images", "0");

        Assert.That(code, Is.Zero, error);
        Assert.That(
            output.Split('\n').Where(line => line.StartsWith("train: ", StringComparison.Ordinal)),
            Is.EqualTo(
                new[]
                {
                    "train: 2 images have one colour only: a.png; b.png. Look whether they were copied whole.",
                    "train: shape: column 'red' has no positive",
                    "train: surface: no pixel is of class 'car'",
                    "train: surface: 1 map has no pixel of a known class: b.png. Nothing is learned from them.",
                    "train: vehicle: no pixel is of class 'car'",
                }
            )
        );
    }

    [Test]
    public async Task A_split_and_a_number_of_images_can_be_chosen()
    {
        var (code, output, error) = await Inspect("--images", "0", "--split", "train", "--limit", "1");

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Match(@"(?m)^\s*images\s+2\s*$").And.Match(@"(?m)^\s*images looked at\s+1\s*$"));
        Assert.That(output, Does.Not.Contain("val"));
    }

    [Test]
    public async Task A_sheet_is_drawn_of_the_split_and_its_path_is_printed()
    {
        var path = _out.File("some/sheet.png");

        var (code, output, error) = await Inspect("--sheet", path, "--split", "val");

        Assert.That(code, Is.Zero, error);
        Assert.That(output.TrimEnd(), Does.EndWith($"contact sheet: {path}"));
        Assert.That(File.ReadAllBytes(path)[1..4], Is.EqualTo("PNG"u8.ToArray()));
    }

    [Test]
    public async Task Verifying_reads_every_byte_again()
    {
        foreach (var path in Directory.GetFiles(_mine.Folder.Path, "*.png", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(path, Old);
        }

        var first = await Inspect("--images", "0", "--verify");
        var image = _mine.Folder.At("c.png");
        var bytes = File.ReadAllBytes(image);
        bytes[^5] ^= 1;
        File.WriteAllBytes(image, bytes);
        File.SetLastWriteTimeUtc(image, Old);

        var (unseen, seen) = (await Inspect("--images", "0"), await Inspect("--images", "0", "--verify", "--quiet"));

        Assert.That((first.Code, unseen.Code), Is.EqualTo((0, 0)), first.Error + unseen.Error);
        Assert.That(first.Error, Does.Contain("mine: every byte of the data was read, and is as it was"));
        Told.IsTold(seen, 2, "1 of 3 images have other bytes than when they were last read", "c.png");
    }

    [TestCase("data inspect nothing.yaml", "there is no file nothing.yaml")]
    [TestCase("data prepare nothing.yaml", "there is no file nothing.yaml")]
    [TestCase("data inspect {mine} --split tests --quiet", "--split tests: expected train, val, test")]
    [TestCase("data inspect {mine} --split test --quiet --cache {cache}", "--split test: mine has no image in it")]
    [TestCase("data inspect {mine} --limit 0 --quiet", "--limit 0: expected a number from 1 on; leave it out to")]
    [TestCase("data inspect {mine} --imags", "unknown option '--imags'; did you mean '--images'?")]
    [TestCase("data inspect", "see etrnlp data inspect --help")]
    [TestCase("data insect", "did you mean 'inspect'?")]
    public async Task Mistakes_are_told_in_a_sentence(string command, string expected)
    {
        string[] words =
        [
            .. command
                .Split(' ')
                .Select(word =>
                    word.Replace("{mine}", _mine.File, StringComparison.Ordinal)
                        .Replace("{cache}", Cache, StringComparison.Ordinal)
                ),
        ];

        Told.IsTold(await Etrnlp.Run(words), 2, expected);
    }

    [Test]
    public async Task A_damaged_file_ends_both_with_its_name()
    {
        _mine.Folder.Write("m/b.png", HandMadeDamage);

        Told.IsTold(await Etrnlp.Run("data", "prepare", _mine.File, "--cache", Cache, "--quiet"), 2, "m/b.png");
        Told.IsTold(await Inspect("--images", "0", "--quiet"), 2, "m/b.png");
    }

    static readonly DateTime Old = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    static byte[] HandMadeDamage => [0x89, (byte)'P', (byte)'N', (byte)'G', 1, 2, 3];

    string Cache => _out.File("cache");

    void Write(string name, string yaml) => File.WriteAllText(_out.File(name), yaml);

    Task<(int Code, string Output, string Error)> Inspect(params string[] options) =>
        Etrnlp.Run(["data", "inspect", _mine.File, "--cache", Cache, .. options]);
}
