using EtrNlp.Tests.Images;
using EtrNlp.Tests.Runs;
using NUnit.Framework;
using SkiaSharp;
using static EtrNlp.Tests.Cli.Told;

namespace EtrNlp.Tests.Cli;

/// <summary>What surrounds a run is wrong: one sentence and an exit code. (Full disks: ProcessTests.)</summary>
public sealed class WrongEnvironmentTests
{
    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Write() => _tiny = new TinyExperiment();

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    [TestCase("tpu", "--device tpu: expected auto, cpu or cuda[:n]")]
    [TestCase("cuda:", "--device cuda:: expected auto, cpu or cuda[:n]")]
    [TestCase("cuda:99", "--device cuda:99: this build sees ")]
    public async Task An_unknown_device_is_told_before_anything_begins(string device, string expected)
    {
        IsTold(
            await Etrnlp.Run("train", _tiny.Rival, "--runs", $"{_tiny.Runs}-none", "--device", device, "--quiet"),
            2,
            expected
        );
        Assert.That(Directory.Exists($"{_tiny.Runs}-none"), Is.False);
    }

    [Test]
    public async Task A_variable_that_is_not_set_is_named_at_its_place()
    {
        var file = _tiny.Write(
            "variable.yaml",
            "name: x\ndataset: {kind: image_table, image_size: 32, root: '${ETRNLP_NOT_SET}/x'}\n"
                + "tasks: [{name: a, type: attributes, columns: [b]}]\nbackbone: {kind: resnet18}\n"
        );

        IsTold(
            await Etrnlp.Run("train", file, "--quiet"),
            2,
            "variable.yaml(2,",
            "dataset.root: the environment variable ETRNLP_NOT_SET is not set; set it, or write the value itself"
        );
    }

    [Test]
    public async Task Another_process_in_the_folder_is_told()
    {
        var runs = $"{_tiny.Runs}-taken";
        Directory.CreateDirectory(Path.Combine(runs, "rival"));
        using var claim = new FileStream(
            Path.Combine(runs, "rival", ".seed-0.lock"),
            FileMode.Create,
            FileAccess.ReadWrite,
            FileShare.None
        );

        IsTold(
            await Etrnlp.Run("train", _tiny.Rival, "--runs", runs, "--device", "cpu", "--quiet"),
            1,
            "another process is working in ",
            "wait for it, or stop it"
        );
    }

    [Test]
    public async Task A_place_where_no_folder_can_be_made_is_told()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("/proc refuses folders even to its owner; only Linux has it.");
        }

        IsTold(
            await Etrnlp.Run("train", _tiny.Rival, "--runs", "/proc/runs", "--device", "cpu", "--quiet"),
            1,
            "the run stopped: ",
            "/proc/runs",
            "check room and rights on that disk"
        );
    }

    [Test]
    public async Task A_folder_for_a_file_is_told() =>
        IsTold(
            await Etrnlp.Run("train", Path.GetDirectoryName(_tiny.Rival)!),
            2,
            " is a folder; name an experiment file (YAML) in it"
        );

    [TestCase(false, "labels.csv: 1 of 4 images are missing below ", "b.png")]
    [TestCase(true, "cannot write the pack ", ".cache")]
    public async Task An_image_removed_after_packing_and_a_cache_in_the_way_are_named(
        bool cacheIsAFile,
        params string[] expected
    )
    {
        using var folder = new ImageFolder();
        Array.ForEach(["a.png", "b.png", "c.png", "d.png"], name => folder.Paint(name, SKColors.Red, 32, 32));
        File.WriteAllText(
            folder.At("labels.csv"),
            "image,split,round\na.png,train,1\nb.png,train,0\nc.png,val,1\nd.png,test,1\n"
        );
        File.WriteAllText(
            folder.At("mine.yaml"),
            "name: mine\ndataset: {kind: image_table, root: ., image_size: 32}\n"
                + "tasks: [{name: shape, type: attributes, columns: [round]}]\n"
                + "backbone: {kind: resnet18, width: 0.05}\ntraining: {epochs: 1, batch_size: 2}\nthreads: 1\n"
        );
        string[] train = ["train", folder.At("mine.yaml"), "--runs", folder.At("runs"), "--device", "cpu", "--quiet"];
        if (cacheIsAFile)
        {
            Directory.CreateDirectory(folder.At("runs"));
            File.WriteAllText(folder.At("runs/.cache"), "in the way");
        }
        else
        {
            Assert.That((await Etrnlp.Run(train)).Code, Is.Zero);
            File.Delete(folder.At("b.png"));
        }

        IsTold(await Etrnlp.Run([.. train, "--set", "name=next"]), 2, expected);
    }
}
