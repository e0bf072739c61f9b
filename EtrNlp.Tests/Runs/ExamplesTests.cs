using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

/// <summary>Example predictions that train and eval draw.</summary>
[Category("Slow")]
public sealed class ExamplesTests
{
    // Batches of 2: the third image is of the second batch.
    const string Mixed = """
        name: mixed
        dataset: {kind: scenes, image_size: [8, 12], train: 4, val: 3, test: 2}
        tasks:
          - {name: ground, type: attributes, columns: [grass]}
          - {name: solid, type: classes, classes: [ground, road, wall, block, ball]}
          - {name: road, type: one_vs_rest, classes: [road]}
          - {name: depth, type: depth}
          - {name: normals, type: normals}
        backbone: {kind: segnet, width: 0.125}
        routing: {kind: etr, gamma: 0.5}
        training: {batch_size: 2, epochs: 2}
        threads: 1
        """;

    [Test]
    public void Every_evaluation_is_drawn_and_changes_no_bit_of_the_run()
    {
        using var tiny = new TinyExperiment();
        var file = tiny.Write("mixed.yaml", Mixed);
        var (plain, drawn) = (
            tiny.Options() with
            {
                RunsFolder = tiny.Runs + "-plain",
            },
            tiny.Options() with
            {
                Examples = 3,
            }
        );

        tiny.Train(options: plain, file: file, change: Normalized);
        tiny.Train(options: drawn, file: file, change: Normalized);

        var (without, with) = (RunFolder.Of(plain.RunsFolder, "mixed", 0), tiny.Folder("mixed"));
        string[] tasks = ["depth", "normals", "road", "solid"];
        var expected = new[] { "epoch-0001/val", "epoch-0002/val", "epoch-0002/test" }.SelectMany(split =>
            Enumerable
                .Range(0, split.EndsWith("val", StringComparison.Ordinal) ? 3 : 2)
                .SelectMany(i => tasks.Select(task => $"{split}-000{i}-{task}.png"))
        );
        Assert.That(
            Directory
                .GetFiles(with.Path, "*.png", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Path.Combine(with.Path, "examples"), path)),
            Is.EquivalentTo(expected)
        );
        Assert.That(File.ReadAllText(with.MetricsPath), Is.EqualTo(File.ReadAllText(without.MetricsPath)));
        Assert.That(
            PlainCheckpoint.Read(with.LastCheckpoint).Bits,
            Is.EqualTo(PlainCheckpoint.Read(without.LastCheckpoint).Bits)
        );
        Assert.That(Directory.GetFiles(without.Path, "*.png", SearchOption.AllDirectories), Is.Empty);
    }

    // Four panels of 8 x 12; the first is the image that was read, whatever it was normalised by.
    [Test]
    public async Task The_first_panel_is_the_input_and_eval_draws_the_same_as_training()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(
            options: tiny.Options() with
            {
                Examples = 3,
            },
            file: tiny.Write("mixed.yaml", Mixed),
            change: Normalized
        );
        var inNormalizedRun = Decode(tiny, "depth");
        tiny.Train(options: tiny.Options(restart: true) with { Examples = 3 }, file: tiny.Write("mixed.yaml", Mixed));
        var (path, trained) = (tiny.Folder("mixed").Path, Decode(tiny, "solid").Pixels.ToArray());
        var (_, numbers, _) = await Etrnlp.Run("eval", path, "--split", "val", "--device", "cpu", "--json");
        Directory.Delete(Path.Combine(path, "examples"), recursive: true);

        var (code, output, error) = await Etrnlp.Run(
            "eval",
            path,
            "--split",
            "val",
            "--device",
            "cpu",
            "--json",
            "--examples",
            "3"
        );

        Assert.That((code, output), Is.EqualTo((0, numbers)), error);
        Assert.That(error, Does.Contain($"example predictions are in {Path.Combine(path, "examples")}"));
        Assert.That(Decode(tiny, "solid").Pixels.ToArray(), Is.EqualTo(trained));
        Assert.That(inNormalizedRun.Size, Is.EqualTo(new ImageSize(8, 48)));
        Assert.That(FirstPanel(inNormalizedRun), Is.EqualTo(ThirdValidationImage()));
    }

    [Test]
    [NonParallelizable]
    public void Drawing_keeps_no_tensor()
    {
        using var tiny = new TinyExperiment();
        using var bench = PreparedExperiment.Open(
            ExperimentFile.Load(tiny.Write("mixed.yaml", Mixed), []),
            tiny.Runs,
            torch.CPU,
            _ => { },
            default
        );
        using var network = new Network(bench.Plan, seed: 1, torch.CPU);

        var (examples, experiment) = (new Examples(1, tiny.Runs), bench.File.Experiment);

        var kept = LiveTensors.KeptBy(() =>
            examples.Write(network, experiment, Split.Val, bench.Batches.Evaluation(Split.Val))
        );

        Assert.That(kept, Is.LessThanOrEqualTo(0));
        Assert.That(Directory.GetFiles(tiny.Runs), Has.Length.EqualTo(4));
    }

    [Test]
    public async Task There_is_nothing_to_draw_of_attributes()
    {
        using var tiny = new TinyExperiment();

        var (code, _, error) = await Etrnlp.Run("train", tiny.Rival, "--runs", tiny.Runs, "--examples", "1");

        Assert.That(
            (code, error),
            Is.EqualTo(
                (
                    2,
                    "etrnlp: --examples: no task of rival predicts pixels, so there is nothing to draw; "
                        + "leave --examples out\n"
                )
            )
        );
        Assert.That(Directory.Exists(tiny.Runs), Is.False);
    }

    static Experiment Normalized(Experiment experiment) =>
        experiment with
        {
            Dataset = new NormalizedSource(experiment.Dataset),
        };

    static RgbImage Decode(TinyExperiment tiny, string task)
    {
        var path = Path.Combine(tiny.Folder("mixed").Path, "examples", "epoch-0002", $"val-0002-{task}.png");
        return ImageDecoder.Decode(File.ReadAllBytes(path), path);
    }

    static byte[] FirstPanel(RgbImage image) =>
        [.. image.Pixels.ToArray().Chunk(image.Size.Width * 3).SelectMany(row => row.Take(12 * 3))];

    static byte[] ThirdValidationImage()
    {
        using var dataset = new Data.Scenes.ScenesSource(new ImageSize(8, 12), 4, 3, 2, 0).Open(
            new DatasetRequest([], "", _ => { }),
            CancellationToken.None
        );
        var pixels = new byte[8 * 12 * 3];
        dataset.ReadImages(Split.Val, [2], pixels);
        return pixels;
    }

    sealed class NormalizedSource(IDatasetSource inner) : IDatasetSource
    {
        public ImageSize Size => inner.Size;

        public PixelNormalization Normalization { get; } = new([0.5, 0.4, 0.3], [0.25, 0.5, 0.2]);

        public IDataset Open(DatasetRequest request, CancellationToken cancellation) =>
            inner.Open(request, cancellation);

        public DatasetCounts Validate(DatasetRequest request) => inner.Validate(request);

        public SourceDigest Digest(DatasetRequest request, CancellationToken cancellation) =>
            inner.Digest(request, cancellation);
    }
}
