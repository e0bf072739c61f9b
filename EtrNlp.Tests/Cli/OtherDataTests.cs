using System.Text.Json.Nodes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Cli;

/// <summary>A run belongs to its data: it meets the same data anywhere, and no other.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OtherDataTests : IDisposable
{
    const string Yaml = """
        name: mine
        dataset: {kind: image_table, root: ., image_size: 32}
        tasks:
          - {name: shape, type: attributes, columns: [round]}
        backbone: {kind: resnet18, width: 0.125}
        training: {epochs: 1, batch_size: 2, optimizer: {kind: adam, learning_rate: 1e-3}}
        threads: 1

        """;

    const string Table = "image,split,round,red\na.png,train,1,1\nb.png,train,0,1\nc.png,val,1,0\nd.png,test,1,1\n";

    readonly ImageFolder _folder = Painted();
    readonly TemporaryFolder _runs = new();

    static IEnumerable<TestCaseData> Changes =>
    [
        Change("the labels are others", folder => Rewrite(folder, "b.png,train,0", "b.png,train,1")),
        Change("the pixels are others", folder => folder.Paint("c.png", SKColors.Green, 40, 40)),
        Change("it was made from 4 rows and there are 5", folder => Rewrite(folder, "d.png,test,1,1\n", "d.png,test,1,1\ne.png,train,0,0\n")),
    ];

    RunFolder Run => RunFolder.Of(_runs.File("runs"), "mine", 0);

    public void Dispose()
    {
        _folder.Dispose();
        _runs.Dispose();
    }

    [TestCaseSource(nameof(Changes))]
    public async Task A_run_that_is_done_or_interrupted_refuses_other_data_and_eval_does(string said, Delegate change)
    {
        await Trained();
        change.DynamicInvoke(_folder);

        var (done, eval) = (await Train(), await Etrnlp.Run("eval", Run.Path, "--device", "cpu"));
        File.Delete(Run.ResultPath);
        var interrupted = await Train();

        foreach (var (code, output, error) in new[] { done, eval, interrupted })
        {
            Assert.That((code, output), Is.EqualTo((2, "")), error);
            Assert.That(error, Does.Contain($"{Run.Path} holds a run of other data: {said}; put the data back").And.Contains("--restart").And.Not.Contains(" at EtrNlp"));
        }
    }

    [Test]
    public async Task The_same_data_in_another_place_is_the_same_run()
    {
        await Trained();
        var before = File.ReadAllText(Run.ResultPath);
        using var copy = Painted();

        var done = await Train("--set", $"dataset.root={copy.Path}");
        File.Delete(Run.ResultPath);
        var interrupted = await Train("--set", $"dataset.root={copy.Path}");

        Assert.That((done.Code, interrupted.Code), Is.EqualTo((0, 0)), done.Error + interrupted.Error);
        Assert.That(Numbers(File.ReadAllText(Run.ResultPath)), Is.EqualTo(Numbers(before)));
    }

    [Test]
    public async Task The_result_and_the_identity_know_the_data()
    {
        await Trained();
        var (result, identity) = (JsonNode.Parse(File.ReadAllText(Run.ResultPath))!, CheckpointHeader.ReadFile(Run.LastCheckpoint).Identity);
        Rewrite(_folder, "b.png,train,0", "b.png,train,1");
        await Trained("--restart");

        var again = JsonNode.Parse(File.ReadAllText(Run.ResultPath))!;

        Assert.That(result["identity"]!.GetValue<string>(), Is.EqualTo(identity));
        Assert.That(again["identity"]!.GetValue<string>(), Is.EqualTo(CheckpointHeader.ReadFile(Run.LastCheckpoint).Identity).And.Not.EqualTo(identity));
        Assert.That(again["data"]!["labels"]!.ToJsonString(), Is.Not.EqualTo(result["data"]!["labels"]!.ToJsonString()));
        Assert.That(again["data"]!["evaluation"]!.ToJsonString(), Is.EqualTo(result["data"]!["evaluation"]!.ToJsonString()));
    }

    [Test]
    public async Task A_run_of_unknown_data_is_read_with_a_remark_and_not_continued()
    {
        await Trained();
        ForgetData();

        var (read, extended) = (await Train(), await Train("--set", "training.epochs=2"));
        File.Delete(Run.ResultPath);
        var continued = await Train();

        Assert.That(read.Code, Is.Zero, read.Error);
        Assert.That(read.Error, Does.Contain($"data unknown: {Run.Path} was made by an etrnlp that kept no digest of its data"));
        foreach (var (code, _, error) in new[] { extended, continued })
        {
            Assert.That(code, Is.EqualTo(2), error);
            Assert.That(error, Does.Contain("data unknown: ").And.Contain("cannot go on; begin anew beside it with --restart"));
        }
    }

    [Test]
    public async Task A_sweep_refuses_other_data_before_it_starts_anything()
    {
        File.WriteAllText(_folder.At("sweep.yaml"), "name: s\nbase: mine.yaml\ngrid: {backbone.width: [0.125, 0.25]}\n");
        string[] command = ["sweep", _folder.At("sweep.yaml"), "--runs", _runs.File("runs"), "--device", "cpu"];
        var first = Etrnlp.Start(_folder.Path, command).Finish();
        Rewrite(_folder, "b.png,train,0", "b.png,train,1");

        var (code, output, error) = await Etrnlp.Run([.. command, "--dry-run"]);

        Assert.That((first.Code, code, output), Is.EqualTo((0, 2, "")), first.Error + error);
        Assert.That(error, Does.Contain("holds a run of other data: the labels are others"));
    }

    [Test]
    public async Task A_baseline_that_is_evaluated_on_other_data_is_refused_and_other_training_data_is_named()
    {
        File.WriteAllText(_folder.At("val.csv"), Table.Replace("c.png,val,1", "c.png,val,0", StringComparison.Ordinal));
        File.WriteAllText(_folder.At("train.csv"), Table.Replace("b.png,train,0", "b.png,train,1", StringComparison.Ordinal));
        foreach (var table in new[] { "val", "train" })
        {
            File.WriteAllText(_folder.At($"base-{table}.yaml"), Yaml.Replace("name: mine", $"name: base-{table}").Replace("root: .", $"root: ., table: {table}.csv"));
        }

        var refused = await Etrnlp.Run("validate", _folder.At("mine.yaml"), "--set", $"baseline={_folder.At("base-val.yaml")}");
        var train = await Train("--set", $"baseline={_folder.At("base-val.yaml")}");
        var named = await Etrnlp.Run("validate", _folder.At("mine.yaml"), "--set", $"baseline={_folder.At("base-train.yaml")}");

        Assert.That((refused.Code, train.Code, named.Code), Is.EqualTo((2, 2, 0)), refused.Error + train.Error + named.Error);
        Assert.That(refused.Error, Does.Contain("is evaluated on other rows, labels or images than ").And.Contain("base-val.yaml"));
        Assert.That(train.Error, Does.EndWith(refused.Error));
        Assert.That(named.Error, Does.Contain("delta_p against base-train: mine and base-train learned from different training data"));
    }

    [Test]
    public async Task Verifying_reads_every_byte_of_data_whose_times_are_the_same()
    {
        var image = _folder.At("c.png");
        Array.ForEach(Directory.GetFiles(_folder.Path, "*.png"), path => File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        await Trained();
        var cache = Path.Combine(_runs.File("runs"), ".cache");
        var bytes = File.ReadAllBytes(image);
        bytes[^5] ^= 1;
        File.WriteAllBytes(image, bytes);
        File.SetLastWriteTimeUtc(image, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var (started, verified) = (await Train(), await Etrnlp.Run("validate", _folder.At("mine.yaml"), "--verify-data", "--cache", cache));

        Assert.That(started.Code, Is.Zero, started.Error);
        Assert.That(verified.Code, Is.EqualTo(2));
        Assert.That(verified.Error, Does.Contain("1 of 4 images have other bytes than when they were last read, though of the same size and time: c.png"));
    }

    Task<(int Code, string Output, string Error)> Train(params string[] options) =>
        Etrnlp.Run(["train", _folder.At("mine.yaml"), "--runs", _runs.File("runs"), "--device", "cpu", .. options]);

    async Task Trained(params string[] options)
    {
        var (code, _, error) = await Train(options);
        Assert.That(code, Is.Zero, error);
    }

    // As the version before wrote it: neither files nor identity know the data.
    void ForgetData()
    {
        var lines = File.ReadAllLines(Run.ExperimentPath);
        File.WriteAllLines(Run.ExperimentPath, lines.TakeWhile(line => line != "data:"));
        var result = JsonNode.Parse(File.ReadAllText(Run.ResultPath))!.AsObject();
        Array.ForEach(["data", "image_size", "precision"], key => result.Remove(key));
        result["identity"] = Identity.Of(Run.Resolve(ExperimentFile.Load(Run.ExperimentPath, [])));
        File.WriteAllText(Run.ResultPath, result.ToJsonString());
    }

    static string[] Numbers(string result)
    {
        var json = JsonNode.Parse(result)!.AsObject();
        return [.. json.Where(pair => !ResultFile.MeasuredKeys.Contains(pair.Key)).Select(pair => $"{pair.Key} {pair.Value?.ToJsonString()}")];
    }

    static ImageFolder Painted()
    {
        var folder = new ImageFolder();
        foreach (var (name, colour) in new[] { ("a.png", SKColors.Red), ("b.png", SKColors.Blue), ("c.png", SKColors.White), ("d.png", SKColors.Black), ("e.png", SKColors.Pink) })
        {
            folder.Paint(name, colour, 40, 40);
        }

        File.WriteAllText(folder.At("labels.csv"), Table);
        File.WriteAllText(folder.At("mine.yaml"), Yaml);
        return folder;
    }

    static void Rewrite(ImageFolder folder, string old, string now) =>
        File.WriteAllText(folder.At("labels.csv"), File.ReadAllText(folder.At("labels.csv")).Replace(old, now, StringComparison.Ordinal));

    static TestCaseData Change(string said, Action<ImageFolder> change) => new TestCaseData(said, change).SetArgDisplayNames(said);
}
