using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Cli;

/// <summary>A run belongs to its data: it meets the same data anywhere, and no other.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OtherDataTests : IDisposable
{
    readonly PaintedExperiment _mine = new();

    static IEnumerable<TestCaseData> Changes =>
        [
            Change("the labels are others", mine => mine.Rewrite("b.png,train,0", "b.png,train,1")),
            Change("the pixels are others", mine => mine.Folder.Paint("c.png", SKColors.Green, 40, 40)),
            Change(
                "it was made from 4 rows and there are 5",
                mine => mine.Rewrite("d.png,test,1,1\n", "d.png,test,1,1\ne.png,train,0,0\n")
            ),
        ];

    public void Dispose() => _mine.Dispose();

    [TestCaseSource(nameof(Changes))]
    public async Task A_run_that_is_done_or_interrupted_refuses_other_data_and_eval_does(string said, Delegate change)
    {
        await _mine.Trained();
        change.DynamicInvoke(_mine);

        var (done, eval) = (await _mine.Train(), await Etrnlp.Run("eval", _mine.Run.Path, "--device", "cpu"));
        File.Delete(_mine.Run.ResultPath);
        var interrupted = await _mine.Train();

        foreach (var (code, output, error) in new[] { done, eval, interrupted })
        {
            Assert.That((code, output), Is.EqualTo((2, "")), error);
            Assert.That(
                error,
                Does.Contain($"{_mine.Run.Path} holds a run of other data: {said}; put the data back")
                    .And.Contains("--restart")
                    .And.Not.Contains(" at EtrNlp")
            );
        }
    }

    [Test]
    public async Task The_same_data_in_another_place_is_the_same_run()
    {
        await _mine.Trained();
        var before = File.ReadAllText(_mine.Run.ResultPath);
        using var copy = PaintedExperiment.Painted();

        var done = await _mine.Train("--set", $"dataset.root={copy.Path}");
        File.Delete(_mine.Run.ResultPath);
        var interrupted = await _mine.Train("--set", $"dataset.root={copy.Path}");

        Assert.That((done.Code, interrupted.Code), Is.EqualTo((0, 0)), done.Error + interrupted.Error);
        Assert.That(Numbers(File.ReadAllText(_mine.Run.ResultPath)), Is.EqualTo(Numbers(before)));
    }

    [Test]
    public async Task The_result_and_the_identity_know_the_data()
    {
        await _mine.Trained();
        var (result, identity) = (
            JsonNode.Parse(File.ReadAllText(_mine.Run.ResultPath))!,
            CheckpointHeader.ReadFile(_mine.Run.LastCheckpoint).Identity
        );
        _mine.Rewrite("b.png,train,0", "b.png,train,1");
        await _mine.Trained("--restart");

        var again = JsonNode.Parse(File.ReadAllText(_mine.Run.ResultPath))!;

        Assert.That(result["identity"]!.GetValue<string>(), Is.EqualTo(identity));
        Assert.That(
            again["identity"]!.GetValue<string>(),
            Is.EqualTo(CheckpointHeader.ReadFile(_mine.Run.LastCheckpoint).Identity).And.Not.EqualTo(identity)
        );
        Assert.That(
            again["data"]!["labels"]!.ToJsonString(),
            Is.Not.EqualTo(result["data"]!["labels"]!.ToJsonString())
        );
        Assert.That(
            again["data"]!["evaluation"]!.ToJsonString(),
            Is.EqualTo(result["data"]!["evaluation"]!.ToJsonString())
        );
    }

    [Test]
    public async Task A_run_of_unknown_data_is_read_with_a_remark_and_not_continued()
    {
        await _mine.Trained();
        ForgetData();

        var (read, extended) = (await _mine.Train(), await _mine.Train("--set", "training.epochs=2"));
        File.Delete(_mine.Run.ResultPath);
        var continued = await _mine.Train();

        Assert.That(read.Code, Is.Zero, read.Error);
        Assert.That(
            read.Error,
            Does.Contain($"data unknown: {_mine.Run.Path} was made by an etrnlp that kept no digest of its data")
        );
        foreach (var (code, _, error) in new[] { extended, continued })
        {
            Assert.That(code, Is.EqualTo(2), error);
            Assert.That(
                error,
                Does.Contain("data unknown: ").And.Contain("cannot go on; begin anew beside it with --restart")
            );
        }
    }

    [Test]
    [Category("Process")]
    public async Task A_sweep_refuses_other_data_before_it_starts_anything()
    {
        File.WriteAllText(_mine.At("sweep.yaml"), "name: s\nbase: mine.yaml\ngrid: {backbone.width: [0.125, 0.25]}\n");
        string[] command = ["sweep", _mine.At("sweep.yaml"), "--runs", _mine.Runs, "--device", "cpu"];
        var first = Etrnlp.Start(_mine.Folder.Path, command).Finish();
        _mine.Rewrite("b.png,train,0", "b.png,train,1");

        var (code, output, error) = await Etrnlp.Run([.. command, "--dry-run"]);

        Assert.That((first.Code, code, output), Is.EqualTo((0, 2, "")), first.Error + error);
        Assert.That(error, Does.Contain("holds a run of other data: the labels are others"));
    }

    // As the version before wrote it: neither files nor identity know the data.
    void ForgetData()
    {
        var lines = File.ReadAllLines(_mine.Run.ExperimentPath);
        File.WriteAllLines(_mine.Run.ExperimentPath, lines.TakeWhile(line => line != "data:"));
        var result = JsonNode.Parse(File.ReadAllText(_mine.Run.ResultPath))!.AsObject();
        Array.ForEach(["data", "image_size", "precision"], key => result.Remove(key));
        result["identity"] = Identity.Of(_mine.Run.Resolve(ExperimentFile.Load(_mine.Run.ExperimentPath, [])));
        File.WriteAllText(_mine.Run.ResultPath, result.ToJsonString());
    }

    static string[] Numbers(string result)
    {
        var json = JsonNode.Parse(result)!.AsObject();
        return
        [
            .. json.Where(pair => !ResultFile.MeasuredKeys.Contains(pair.Key))
                .Select(pair => $"{pair.Key} {pair.Value?.ToJsonString()}"),
        ];
    }

    static TestCaseData Change(string said, Action<PaintedExperiment> change) =>
        new TestCaseData(said, change).SetArgDisplayNames(said);
}
