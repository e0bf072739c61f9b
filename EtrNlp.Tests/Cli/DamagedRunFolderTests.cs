using System.Text;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Runs;
using NUnit.Framework;
using static EtrNlp.Tests.Cli.Told;

namespace EtrNlp.Tests.Cli;

/// <summary>A run folder that cannot be continued: what is said, and that what was saved is still there.</summary>
public sealed class DamagedRunFolderTests
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
