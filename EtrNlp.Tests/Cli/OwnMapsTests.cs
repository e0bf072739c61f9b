using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Maps;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Cli;

/// <summary>A table with attributes and maps is trained on as any other data is.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OwnMapsTests : IDisposable
{
    const string Yaml = """
        name: mine
        dataset:
          kind: image_table
          root: .
          image_size: 8
          maps:
            seg: {kind: classes, column: mask, classes: [sky, road, car]}
            far: {kind: depth, column: depth, scale: 0.001}
            n: {kind: normals, column: normals, encoding: float}
        tasks:
          - {name: shape, type: attributes, columns: [round]}
          - {name: surface, type: classes, classes: [road, sky]}
          - {name: car, type: one_vs_rest, classes: [car]}
          - {name: far, type: depth}
          - {name: up, type: normals}
        backbone: {kind: segnet, width: 0.125}
        training: {epochs: 2, batch_size: 2, optimizer: {kind: adam, learning_rate: 1e-3}}
        threads: 1

        """;

    readonly ImageFolder _folder = new();
    readonly TemporaryFolder _runs = new();

    public OwnMapsTests()
    {
        TorchLibrary.EnsureLoaded();
        var table = "image,split,round,mask,depth,normals\n";
        foreach (var (i, split) in ((string[])["train", "train", "train", "train", "val"]).Index())
        {
            _folder.Paint($"{i}.png", new SKColor((byte)(50 * i), 100, 0), 16, 16);
            _folder.Write($"m/{i}.png", Mask(i));
            _folder.Write($"d/{i}.png", HandMadePng.Grey16(16, 16, [.. Enumerable.Repeat((ushort)(900 * i), 256)]));
            _folder.Write($"n/{i}.npy", HandMadeNpy.Of("'<f4'", "(16, 16, 3)", Normals(1)));
            table += $"{i}.png,{split},{i % 2},m/{i}.png,d/{i}.png,n/{i}.npy\n";
        }

        File.WriteAllText(_folder.At("labels.csv"), table);
        File.WriteAllText(_folder.At("mine.yaml"), Yaml);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _runs.Dispose();
    }

    [Test]
    public async Task It_trains_beside_attributes_and_refuses_other_labels_afterwards()
    {
        var validated = await Etrnlp.Run("validate", _folder.At("mine.yaml"));
        var trained = await Train();
        var metrics = File.ReadAllText(RunFolder.Of(_runs.Path, "mine", 0).MetricsPath);
        _folder.Write("m/1.png", Mask(7));
        var (code, output, error) = await Train();

        Assert.That((validated.Code, trained.Code), Is.EqualTo((0, 0)), validated.Error + trained.Error);
        Assert.That(trained.Error, Does.Contain("packing 5 maps as 8x8 into "));
        Assert.That(metrics, Does.Contain(",val,surface,road,iou,").And.Contain(",val,car,car,iou,"));
        Assert.That(metrics, Does.Contain(",val,far,,abs_err,").And.Contain(",val,up,,mean_angle,"));
        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(error, Does.Contain("holds a run of other data: the labels are others; put the data back"));
    }

    [TestCase("d/2.png")]
    [TestCase("n/2.npy")]
    public async Task Other_depth_or_normals_are_other_labels(string path)
    {
        var first = await Train();
        var bytes = File.ReadAllBytes(_folder.At(path));
        _folder.Write(
            path,
            path[0] == 'd'
                ? HandMadePng.Grey16(16, 16, [.. Enumerable.Repeat((ushort)1801, 256)])
                : HandMadeNpy.Of("'<f4'", "(16, 16, 3)", Normals(-1))
        );

        var (code, _, error) = await Train();
        _folder.Write(path, bytes);
        var again = await Train();

        Assert.That((first.Code, code, again.Code), Is.EqualTo((0, 2, 0)), first.Error + error + again.Error);
        Assert.That(error, Does.Contain("holds a run of other data: the labels are others"));
    }

    [Test]
    public async Task A_map_that_says_the_same_in_other_bytes_is_the_same_data()
    {
        var first = await Train();
        _folder.Write("m/1.png", HandMadePng.Of(3, 8, 16, 16, Rows(1)));

        var second = await Train();

        Assert.That((first.Code, second.Code), Is.EqualTo((0, 0)), first.Error + second.Error);
    }

    [Test]
    public void An_interrupted_run_goes_on_to_the_same_bits()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(file: _folder.At("mine.yaml"));
        var again = tiny.Options() with { RunsFolder = _runs.Path };
        using var request = new CancellationTokenSource();
        var stopping = new WatchingObserver(batch =>
        {
            if ((batch.Epoch, batch.Batch) == (2, 1))
            {
                request.Cancel();
            }
        });
        Assert.That(
            () =>
                tiny.Train(
                    options: again,
                    observer: stopping,
                    file: _folder.At("mine.yaml"),
                    cancellation: request.Token
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );

        tiny.Train(options: again, file: _folder.At("mine.yaml"));

        var (whole, continued) = (tiny.Folder("mine"), RunFolder.Of(_runs.Path, "mine", 0));
        Assert.That(
            PlainCheckpoint.Read(continued.LastCheckpoint).Bits,
            Is.EqualTo(PlainCheckpoint.Read(whole.LastCheckpoint).Bits)
        );
        Assert.That(File.ReadAllText(continued.MetricsPath), Is.EqualTo(File.ReadAllText(whole.MetricsPath)));
    }

    [Test]
    public async Task A_damaged_map_ends_it_with_a_sentence_and_code_2()
    {
        _folder.Write("m/3.png", Mask(3)[..60]);

        var (code, output, error) = await Train("--quiet");

        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(
            error.TrimEnd(),
            Does.EndWith(
                    "1 of 5 maps cannot be used: m/3.png is incomplete (60 bytes). "
                        + "Copy or convert them again, set classes and void to what they have, "
                        + "or take their rows out of the table."
                )
                .And.Not.Contains("\n")
        );
    }

    [Test]
    public async Task Maps_are_listed_with_their_keys()
    {
        var (code, text, _) = await Etrnlp.Run("list", "map");

        Assert.That(code, Is.Zero);
        Assert.That(text, Does.Contain("classes").And.Contain("void").And.Contain("default [255]"));
    }

    static byte[] Normals(float y) =>
        HandMadeNpy.Floats([.. Enumerable.Range(0, 16 * 16 * 3).Select(i => i % 3 == 1 ? y : 0)]);

    Task<(int Code, string Output, string Error)> Train(params string[] options) =>
        Etrnlp.Run(["train", _folder.At("mine.yaml"), "--runs", _runs.Path, "--device", "cpu", .. options]);

    static byte[] Mask(int seed) => HandMadePng.Of(0, 8, 16, 16, Rows(seed));

    // Stripes of sky, road, car and void.
    static byte[] Rows(int seed) =>
        [
            .. Enumerable
                .Range(0, 16)
                .SelectMany(y =>
                    Enumerable
                        .Range(0, 16)
                        .Select(x => ((x / 2) + y + seed) % 4 is var stripe && stripe == 3 ? (byte)255 : (byte)stripe)
                        .Prepend((byte)0)
                ),
        ];
}
