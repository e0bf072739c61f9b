using System.Text.Json.Nodes;
using EtrNlp.Core.Runs;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>A result is believed only in the folder of the run that it is of.</summary>
public sealed class ForeignResultTests
{
    static readonly string[] _short = ["training.epochs=1"];

    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _tiny = new TinyExperiment();
        _tiny.Train([.. _short, "seeds=[0, 1]"]);
        _tiny.Train([.. _short, "name=other", "routing.gamma=0.25"]);
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    static IEnumerable<TestCaseData> Foreign =>
    [
        Case("of another experiment", (run, of) => File.Copy(of("other", 0).ResultPath, run.ResultPath, overwrite: true), "is the result of another experiment"),
        Case("of another seed", (run, of) => File.Copy(of("rival", 1).ResultPath, run.ResultPath, overwrite: true), "is the result of seed 1"),
        Case("without identity", (run, _) => Edit(run, "identity", null), "it has no 'identity'"),
        Case("with an identity of zeros", (run, _) => Edit(run, "identity", new string('0', 64)), "is the result of another experiment"),
        Case("of a seed that cannot be", (run, _) => Edit(run, "seed", -1), "is the result of seed -1"),
        Case("of more epochs", (run, _) => Edit(run, "epochs", 60), "is the result of 60 epochs"),
        Case("of a later epoch", (run, _) => Edit(run, "checkpoint", JsonNode.Parse("{\"kind\":\"best\",\"epoch\":7}")), "is the result of epoch 7"),
        Case("of other data", (run, _) => Edit(run, "data", JsonNode.Parse("{\"training\":\"0\",\"evaluation\":\"0\"}")), "is the result of other data"),
        Case("of another name", (run, _) => Edit(run, "name", "other"), "is the result of a run of another name"),
        Case("with a number that is none", (run, _) => Infinite(run), "it holds a number that cannot be"),
        Case("with a negative number", (run, _) => Edit(run, "macs", -5), "it holds a number that cannot be"),
        Case("of a key twice", (run, _) => File.WriteAllText(run.ResultPath, "{\"format\":1,\"format\":1}"), "cannot be read"),
        Case("without its experiment", (run, _) => File.Delete(run.ExperimentPath), "experiment.yaml, so that nobody knows"),
        Case("of settings that its experiment no longer has", (run, _) => EditExperiment(run), "is the result of another experiment"),
    ];

    [TestCaseSource(nameof(Foreign))]
    public async Task It_is_refused_by_every_command(Action<RunFolder, Func<string, int, RunFolder>> plant, string reason)
    {
        var run = Copy();
        plant(run, _tiny.Folder);
        var runs = Path.GetFullPath(Path.Combine(run.Path, "../.."));
        string[][] commands =
        [
            ["train", _tiny.Rival, "--set", _short[0], "--runs", runs, "--device", "cpu", "--quiet"],
            ["compare", run.Path, "--baseline", _tiny.Folder("other").Path],
            ["eval", run.Path, "--device", "cpu"],
        ];

        foreach (var command in commands)
        {
            var (code, output, error) = await Etrnlp.Run(command);
            Assert.That((code, output), Is.EqualTo((2, "")), $"{command[0]}: {error}");
            Assert.That(error, Does.Contain(run.Path).And.Contain(command[0] == "eval" && !run.IsClaimed ? "no experiment.yaml" : reason), command[0]);
        }

        var listed = JsonNode.Parse((await Etrnlp.Run("runs", runs, "--json")).Output)!.AsArray().Single()!;
        Assert.That(listed["state"]!.GetValue<string>(), Is.EqualTo("damaged"));
    }

    [Test]
    public async Task A_run_whose_result_was_removed_makes_it_again()
    {
        var run = Copy();
        var written = JsonNode.Parse(File.ReadAllText(run.ResultPath))!["tasks"]!.ToJsonString();
        File.Delete(run.ResultPath);

        var (code, _, error) = await Etrnlp.Run("train", _tiny.Rival, "--set", _short[0], "--runs", Path.Combine(run.Path, "../.."), "--device", "cpu", "--quiet");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(JsonNode.Parse(File.ReadAllText(run.ResultPath))!["tasks"]!.ToJsonString(), Is.EqualTo(written));
    }

    static TestCaseData Case(string name, Action<RunFolder, Func<string, int, RunFolder>> plant, string reason) => new TestCaseData(plant, reason).SetArgDisplayNames(name);

    static void Edit(RunFolder run, string key, JsonNode? value)
    {
        var json = JsonNode.Parse(File.ReadAllText(run.ResultPath))!.AsObject();
        json.Remove(key);
        if (value is not null)
        {
            json[key] = value;
        }

        File.WriteAllText(run.ResultPath, json.ToJsonString());
    }

    // Larger than any double.
    static void Infinite(RunFolder run)
    {
        Edit(run, "seconds", "?");
        File.WriteAllText(run.ResultPath, File.ReadAllText(run.ResultPath).Replace("\"?\"", "1e999", StringComparison.Ordinal));
    }

    static void EditExperiment(RunFolder run) =>
        File.WriteAllText(run.ExperimentPath, File.ReadAllText(run.ExperimentPath).Replace("batch_size: 4", "batch_size: 5", StringComparison.Ordinal));

    RunFolder Copy()
    {
        var run = RunFolder.Of($"{_tiny.Runs}-{Guid.NewGuid():N}", "rival", 0);
        foreach (var file in Directory.GetFiles(_tiny.Folder().Path, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(run.Path, Path.GetRelativePath(_tiny.Folder().Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return run;
    }
}
