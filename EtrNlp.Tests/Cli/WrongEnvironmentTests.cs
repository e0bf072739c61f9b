using System.Text;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Runs;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Cli;

/// <summary>
/// What surrounds a run is wrong: exit code, one sentence, and what was saved is still there. (Full disks:
/// ProcessTests.)
/// </summary>
public sealed class WrongEnvironmentTests
{
    TinyExperiment _tiny = null!;

    static IEnumerable<TestCaseData> Folders =>
        [
            Case(
                "a file where the run folder should be",
                2,
                run => Replace(run.Path, "a file"),
                "seed-0 is a file, and the run's folder ",
                "choose another --runs folder"
            ),
            Case(
                "a checkpoint of another run",
                2,
                run => Only(run, File.ReadAllBytes(run.LastCheckpoint), "\"seed\":\"0\"", "\"seed\":\"7\""),
                "last.safetensors cannot be used: its header is not the one that was written"
            ),
            Case(
                "a checkpoint of another program",
                2,
                run => Only(run, File.ReadAllBytes(run.LastCheckpoint), "\"format\"", "\"former\""),
                "last.safetensors cannot be used: it was not written by etrnlp"
            ),
            Case(
                "a checkpoint of a newer program",
                2,
                run => Only(run, File.ReadAllBytes(run.LastCheckpoint), "\"format\":\"1\"", "\"format\":\"2\""),
                "it has format 2 and this etrnlp reads up to 1; use a newer etrnlp"
            ),
            Case(
                "a web page for a checkpoint",
                2,
                run => Only(run, "<html>not found</html>"u8.ToArray()),
                "last.safetensors is no checkpoint: its header length "
            ),
            Case(
                "a result of a newer program",
                2,
                run => File.WriteAllText(run.ResultPath, "{\"format\": 2}"),
                "result.json cannot be read: it has format 2 and this etrnlp reads up to 1"
            ),
            Case(
                "a torn result",
                2,
                run => File.WriteAllText(run.ResultPath, "{\"format\": 1, \"na"),
                "the result ",
                "result.json cannot be read: "
            ),
            Case(
                "a torn experiment",
                2,
                run => File.WriteAllText(run.ExperimentPath, "name: rival\ndataset: {kind: sc"),
                "experiment.yaml("
            ),
            Case(
                "metrics cut off",
                2,
                run => File.WriteAllText(run.MetricsPath, "epoch"),
                "metrics.csv has 5 bytes and its checkpoint knows of ",
                "begin anew with --restart"
            ),
            Case(
                "a torn environment",
                2,
                run => File.WriteAllText(run.EnvironmentPath, "{"),
                "environment.json cannot be read (",
                "); move it away"
            ),
            Case(
                "another experiment in the folder",
                2,
                run =>
                    Replace(
                        run.ExperimentPath,
                        File.ReadAllText(run.ExperimentPath).Replace("gamma: 0.5", "gamma: 0.75")
                    ),
                "rival.yaml(",
                "routing.gamma: ",
                "holds a run with 0.75, this one has 0.5; choose another name"
            ),
        ];

    [OneTimeSetUp]
    public void Interrupt()
    {
        _tiny = new TinyExperiment();
        _tiny.TrainUntilEpoch2();
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    [TestCaseSource(nameof(Folders))]
    public async Task A_run_folder_that_cannot_be_continued_is_told(
        int code,
        Action<RunFolder> damage,
        string[] expected
    )
    {
        var runs = $"{_tiny.Runs}-{Guid.NewGuid():N}";
        Copy(_tiny.Runs, runs);
        var run = RunFolder.Of(runs, "rival", 0);
        damage(run);
        var before = Contents(runs);

        IsTold(await Etrnlp.Run("train", _tiny.Rival, "--runs", runs, "--device", "cpu", "--quiet"), code, expected);
        Assert.That(
            before
                .Where(file => Path.GetExtension(file.Key) == ".safetensors")
                .All(file => Contents(runs)[file.Key].SequenceEqual(file.Value)),
            Is.True,
            "nothing that was saved is touched"
        );
    }

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
            "name: x\ndataset: {kind: image_table, image_size: 32, root: '${ETRNLP_NOT_SET}/x'}\ntasks: [{name: a, type: attributes, columns: [b]}]\nbackbone: {kind: resnet18}\n"
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
            "name: mine\ndataset: {kind: image_table, root: ., image_size: 32}\ntasks: [{name: shape, type: attributes, columns: [round]}]\nbackbone: {kind: resnet18, width: 0.05}\ntraining: {epochs: 1, batch_size: 2}\nthreads: 1\n"
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

    static void IsTold((int Code, string Output, string Error) answer, int code, params string[] expected)
    {
        Assert.That((answer.Code, answer.Output), Is.EqualTo((code, "")), answer.Error);
        Assert.That(
            expected.Where(part => !answer.Error.Contains(part, StringComparison.Ordinal)),
            Is.Empty,
            answer.Error
        );
        Assert.That(answer.Error.TrimEnd(), Does.Not.Contain("\n").And.Not.Contains(" at EtrNlp"));
    }

    static TestCaseData Case(string name, int code, Action<RunFolder> damage, params string[] expected) =>
        new TestCaseData(code, damage, expected).SetArgDisplayNames(name);

    static void Replace(string path, string text)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        File.WriteAllText(path, text);
    }

    // As the only checkpoint, with one text of its header replaced by another of the same length.
    static void Only(RunFolder run, byte[] bytes, string old = "", string with = "")
    {
        Array.ForEach(Directory.GetFiles(Path.GetDirectoryName(run.LastCheckpoint)!), File.Delete);
        var text = Encoding.Latin1.GetString(bytes);
        File.WriteAllBytes(
            run.LastCheckpoint,
            old.Length == 0 ? bytes : Encoding.Latin1.GetBytes(text.Replace(old, with, StringComparison.Ordinal))
        );
    }

    static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
