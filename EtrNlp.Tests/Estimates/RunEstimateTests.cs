using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Estimates;

public sealed class RunEstimateTests
{
    const string Attributes = "  - {name: ground, type: attributes, columns: [grass]}\n";

    static RunEstimate Estimate(ExperimentFile file, DatasetCounts counts) =>
        RunEstimate.Of(file.Experiment, NetworkPlanner.Plan(file.Experiment, file.Experiment.Dataset.Size), counts);

    // 11, 5 and 6 images in batches of 4 are 3, 2 and 2 batches: 2 epochs of 3 for each of 2 seeds; 2 validations of 2
    // and one test of 2.
    [Test]
    public void Steps_are_batches_of_all_epochs_seeds_and_evaluations()
    {
        using var tiny = new TinyExperiment();
        var estimate = Estimate(
            ExperimentFile.Load(tiny.Rival, ["seeds=[0, 1]"]),
            new DatasetCounts(11, 5, 6, IsPacked: false)
        );

        Assert.That((estimate.TrainingSteps, estimate.EvaluationSteps), Is.EqualTo((12L, 12L)));
        Assert.That(estimate.Seconds(3), Is.EqualTo((12 * 3) + (12 * 1)).Within(1e-9));
    }

    [Test]
    public void The_disk_holds_what_a_run_really_leaves_and_a_pack()
    {
        using var tiny = new TinyExperiment();
        tiny.Train();
        var left = new FileInfo(tiny.Folder().LastCheckpoint).Length;
        var file = ExperimentFile.Load(tiny.Rival, []);
        var (without, with) = (
            Estimate(file, new(11, 5, 6, IsPacked: false)),
            Estimate(file, new(11, 5, 6, IsPacked: true))
        );

        // Four checkpoints without their headers; 22 images of 32 x 32 x 3 bytes and a hash of 32.
        Assert.That(without.DiskBytes, Is.EqualTo(4 * left).Within(5).Percent);
        Assert.That(with.DiskBytes - without.DiskBytes, Is.EqualTo(22 * ((32 * 32 * 3) + 32)));
    }

    [TestCase(0, "0 bytes")]
    [TestCase(999, "999 bytes")]
    [TestCase(1000, "1 kB")]
    [TestCase(1_234, "1.23 kB")]
    [TestCase(999_999, "1 MB")]
    [TestCase(45_600_000, "45.6 MB")]
    [TestCase(long.MaxValue, "9.22 EB")]
    public void Bytes_are_told_in_the_unit_that_shows_them(long bytes, string expected) =>
        Assert.That(ByteCount.Text(bytes), Is.EqualTo(expected));

    // 2 of 3 epochs are evaluated: pictures of 2 tasks for 2 of the 3 validation images, and for the 1 test image.
    [TestCase("", "", 2 * 2 * (2 + 1))]
    [TestCase(Attributes, "", 2 * ((2 * 2) + 1))]
    [TestCase(Attributes, ", evaluate_test: true", 2 * 2 * (2 + 1))]
    public void The_disk_holds_the_pictures_that_are_drawn(string attributes, string more, int pictures)
    {
        using var tiny = new TinyExperiment();
        var file = tiny.Write(
            "drawn.yaml",
            $$"""
            name: drawn
            dataset: {kind: scenes, image_size: [8, 12], train: 4, val: 3, test: 1}
            tasks:
              - {name: depth, type: depth}
              - {name: normals, type: normals}
            {{attributes}}backbone: {kind: segnet, width: 0.125}
            training: {batch_size: 2, epochs: 3, evaluate_every: 2{{more}}}
            threads: 1

            """
        );
        tiny.Train(options: tiny.Options() with { Examples = 2 }, file: file);
        var experiment = ExperimentFile.Load(file, []).Experiment;
        var drawn = new DirectoryInfo(tiny.Runs).GetFiles("*.png", SearchOption.AllDirectories);

        var most = Examples.MostBytes(experiment, new DatasetCounts(4, 3, 1, IsPacked: false), count: 2);

        Assert.That(drawn, Has.Length.EqualTo(pictures));
        Assert.That(most, Is.EqualTo(pictures * ((4 * 8 * 12 * 3) + 1024)));
        Assert.That(most, Is.GreaterThan(drawn.Sum(png => png.Length)));
    }

    [Test]
    public void Memory_grows_with_the_batch_and_what_cannot_fit_is_refused_at_its_place()
    {
        using var tiny = new TinyExperiment();
        var (small, file) = (
            ExperimentFile.Load(tiny.Rival, []),
            ExperimentFile.Load(tiny.Rival, ["training.batch_size=8"])
        );
        var counts = new DatasetCounts(11, 5, 6, IsPacked: false);
        var (one, two) = (Estimate(small, counts), Estimate(file, counts));

        Assert.That(two.MemoryBytes, Is.GreaterThan(one.MemoryBytes));
        Assert.That(() => two.RequireRoom(file, two.MemoryBytes, two.DiskBytes, "runs"), Throws.Nothing);
        Assert.That(() => two.RequireRoom(file, null, null, "runs"), Throws.Nothing);
        Assert.That(
            () => two.RequireRoom(file, two.MemoryBytes - 1, null, "runs"),
            Throws
                .InstanceOf<ConfigException>()
                .With.Message.Contains("--set training.batch_size=8: training.batch_size: rival needs at least ")
        );
        Assert.That(
            () => two.RequireRoom(file, null, two.DiskBytes - 1, "runs"),
            Throws
                .InstanceOf<DataException>()
                .With.Message.Contains(", 1 bytes more than the ")
                .And.Message.Contains(" left on the disk of runs; ")
        );
    }

    // A second thread has a gradient of the shared parameters and a pass's features of its own; the two rows stay.
    [Test]
    public void Memory_counts_the_threads_of_combined_gradients()
    {
        using var tiny = new TinyExperiment();
        string[] combined = ["weighting.kind=pcgrad", "training.update=synchronized"];
        var (one, two) = (
            ExperimentFile.Load(tiny.Rival, [.. combined, "threads=1"]),
            ExperimentFile.Load(tiny.Rival, [.. combined, "threads=2"])
        );
        var counts = new DatasetCounts(11, 5, 6, IsPacked: false);
        var plan = NetworkPlanner.Plan(one.Experiment, one.Experiment.Dataset.Size);
        var shared = plan.Parameters.Where(each => each.Owner == Owner.Shared).Sum(each => each.Count);

        Assert.That(
            Estimate(two, counts).MemoryBytes - Estimate(one, counts).MemoryBytes,
            Is.EqualTo((4 * shared) + (4 * plan.FeatureBytes))
        );
    }

    // Eight channels on 8 x 12 pixels, two images of four bytes a number. A second task has a head of 8 x 8 x 9 + 8
    // parameters, each with two moments, which leaves eight channels, and of 8 x 3 + 3, which leaves three.
    [Test]
    public void Memory_counts_what_heads_keep()
    {
        const string Normals = "  - {name: normals, type: normals}\n";

        Assert.That(
            Dense(Normals, "hard_sharing", "equal") - Dense("", "hard_sharing", "equal"),
            Is.EqualTo((4 * 3 * ((8 * 8 * 9) + 8 + (8 * 3) + 3)) + (2 * 4 * 8 * 12 * (8 + 3)))
        );
    }

    // The gradients of both tasks at the features, and rows of those at the same features: of both where these are all
    // tasks', of one where each task has its own. GradNorm keeps two losses, and
    // its two weights have gradients.
    [TestCase("hard_sharing", 2 + 2)]
    [TestCase("mtan", 2 + 1)]
    public void Memory_counts_task_gradients_at_the_features(string routing, int gradients)
    {
        const string Normals = "  - {name: normals, type: normals}\n";

        Assert.That(
            Dense(Normals, routing, "gradnorm") - Dense(Normals, routing, "equal"),
            Is.EqualTo((gradients * 2 * 4 * 8 * 12 * 8) + (2 * 4) + (2 * 4))
        );
    }

    // 2.80 GB were resident in a real step at [96, 128] and batch 4, of which 0.9 GB do not grow: 18 times the rest.
    [Test]
    public void Memory_of_MTAN_is_more_than_its_layers_and_less_than_was_measured()
    {
        string[] scenes = ["dataset.kind=scenes", "baseline=null"];
        var file = Path.Combine(AppContext.BaseDirectory, "experiments", "paper", "table5-nyuv2-mtan.yaml");
        var counts = new DatasetCounts(11, 5, 6, IsPacked: false);
        var small = ExperimentFile.Load(file, [.. scenes, "dataset.image_size=[96, 128]", "training.batch_size=4"]);

        Assert.That(Estimate(small, counts).MemoryBytes, Is.InRange(2.4e9, 2.8e9));
        Assert.That(Estimate(ExperimentFile.Load(file, scenes), counts).MemoryBytes, Is.InRange(28e9, 35e9));
    }

    static long Dense(string secondTask, string routing, string weighting)
    {
        using var tiny = new TinyExperiment();
        var file = tiny.Write(
            "dense.yaml",
            $$"""
            name: dense
            dataset: {kind: scenes, image_size: [8, 12], train: 4, val: 3, test: 1}
            tasks:
              - {name: depth, type: depth}
            {{secondTask}}backbone: {kind: segnet, width: 0.125}
            routing: {kind: {{routing}}}
            weighting: {kind: {{weighting}}}
            training: {batch_size: 2, update: joint}

            """
        );
        return Estimate(ExperimentFile.Load(file, []), new(4, 3, 1, IsPacked: false)).MemoryBytes;
    }
}
