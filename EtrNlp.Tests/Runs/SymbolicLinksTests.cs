using EtrNlp.Core.Checkpoints;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>
/// A run folder that a stranger made: links in it lead to files that are none of the program's business.
/// </summary>
public sealed class SymbolicLinksTests
{
    static readonly string[] _names =
    [
        "experiment.yaml",
        "environment.json",
        "log.txt",
        "metrics.csv",
        "result.json",
        "checkpoints",
        "examples",
        "checkpoints/last.safetensors",
        "checkpoints/previous.safetensors",
        "checkpoints/best.safetensors",
        "checkpoints/last.safetensors.tmp",
        "environment.json.tmp",
        "metrics.csv.tmp",
        "lease.json",
        "lease.json.tmp",
        "result.json.tmp",
        "examples/epoch-0002",
        "../.seed-0.lock",
    ];

    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Interrupt()
    {
        _tiny = new TinyExperiment();
        _tiny.TrainUntilEpoch2();
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    [TestCaseSource(nameof(_names))]
    public async Task A_link_is_refused_by_its_name_and_nothing_behind_it_is_touched(string name)
    {
        using var strangers = new Strangers();
        var run = Copy();
        var link = strangers.Plant(Path.Combine(run.Path, name));

        var (code, _, error) = await Etrnlp.Run(
            "train",
            _tiny.Rival,
            "--runs",
            Path.Combine(run.Path, "../.."),
            "--device",
            "cpu",
            "--quiet"
        );

        Assert.That(
            (code, error),
            Is.EqualTo(
                (
                    2,
                    $"etrnlp: {link} is a symbolic link, to {strangers.Behind(name)}, "
                        + "and nothing in a run folder is followed through one; "
                        + $"put the file itself there, or remove the link{Environment.NewLine}"
                )
            )
        );
        strangers.AssertUntouched();
    }

    [Test]
    public async Task Every_command_that_reads_a_run_refuses_a_link()
    {
        using var strangers = new Strangers();
        var run = Copy();
        var link = strangers.Plant(run.LastCheckpoint);
        string[][] commands =
        [
            ["eval", run.Path],
            ["validate", _tiny.Rival, "--set", "name=next", "--set", $"init_from={run.Path}"],
            ["compare", run.Path, "--baseline", run.Path],
        ];

        foreach (var command in commands)
        {
            var (code, _, error) = await Etrnlp.Run(command);
            Assert.That((code, error), Is.EqualTo((2, error)), command[0]);
            Assert.That(error, Does.Contain($"{link} is a symbolic link, to "), command[0]);
        }

        var (_, listed, _) = await Etrnlp.Run("runs", run.Path, "--json");
        Assert.That(listed, Does.Contain("\"damaged\"").And.Contain("is a symbolic link, to "));
    }

    [Test]
    public void A_pipe_or_a_folder_in_the_place_of_a_file_is_refused()
    {
        var run = Copy();
        File.Delete(run.LogPath);
        NamedPipe.Create(run.LogPath);
        Assert.That(
            () => RunEntries.Check(run),
            Throws.InstanceOf<DataException>().With.Message.StartsWith($"{run.LogPath} is a named pipe")
        );

        File.Delete(run.LogPath);
        Directory.CreateDirectory(run.ResultPath);
        Assert.That(
            () => RunEntries.Check(run),
            Throws.InstanceOf<DataException>().With.Message.StartsWith($"{run.ResultPath} is a folder")
        );
    }

    RunFolder Copy()
    {
        var runs = $"{_tiny.Runs}-{Guid.NewGuid():N}";
        foreach (var file in Directory.GetFiles(_tiny.Runs, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(runs, Path.GetRelativePath(_tiny.Runs, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return RunFolder.Of(runs, "rival", 0);
    }

    // A folder and a file of somebody else, with names such as the program gives to its own.
    sealed class Strangers : IDisposable
    {
        readonly TemporaryFolder _folder = new();

        public Strangers()
        {
            Directory.CreateDirectory(_folder.File("below"));
            Array.ForEach(
                ["file", "letter.tmp", "below/thesis.tmp"],
                name => File.WriteAllText(_folder.File(name), "theirs")
            );
        }

        public string Behind(string name) => Path.HasExtension(name) ? _folder.File("file") : _folder.Path;

        public string Plant(string path)
        {
            var full = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            if (Directory.Exists(full))
            {
                Directory.Delete(full, recursive: true);
            }

            File.Delete(full);
            return File.CreateSymbolicLink(full, Behind(path)).FullName;
        }

        public void AssertUntouched()
        {
            var files = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
            Assert.That(
                files.Select(file => Path.GetRelativePath(_folder.Path, file)).Order(),
                Is.EqualTo(new[] { "below/thesis.tmp", "file", "letter.tmp" })
            );
            Assert.That(files.Select(File.ReadAllText), Is.All.EqualTo("theirs"));
        }

        public void Dispose() => _folder.Dispose();
    }
}
