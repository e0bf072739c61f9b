using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using SkiaSharp;

namespace EtrNlp.Tests.Cli;

/// <summary>A table of yes and no, of names and of empty cells is trained on as any other data is.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OwnLabelsTests : IDisposable
{
    const int Images = 72;

    const string Yaml = """
        name: mine
        dataset: {kind: image_table, root: ., image_size: 32}
        tasks:
          - {name: light, type: attributes, columns: [bright, colour=red], pos_weight: {bright: 2}}
          - {name: colour, type: choice, column: colour, classes: [red, green, blue]}
        backbone: {kind: resnet18, width: 0.125}
        training: {epochs: 6, batch_size: 8, optimizer: {kind: adam, learning_rate: 1e-2}}
        threads: 1

        """;

    static readonly string[] _colours = ["red", "green", "blue"];

    readonly ImageFolder _folder = new();
    readonly TemporaryFolder _runs = new();

    public OwnLabelsTests()
    {
        TorchLibrary.EnsureLoaded();
        var table = "image,split,bright,colour\n";
        foreach (var i in Enumerable.Range(0, Images))
        {
            var (colour, bright, split) = (i % 3, i / 3 % 2, i < 48 ? "train" : i < 60 ? "val" : "test");
            var shade = (byte)(i + (bright == 1 ? 180 : 40));
            _folder.Paint(
                $"{i}.png",
                new SKColor(Of(0, colour, shade), Of(1, colour, shade), Of(2, colour, shade)),
                32,
                32
            );
            table += $"{i}.png,{split},{(i % 7 == 0 ? "" : bright)},{(i % 5 == 0 ? "" : _colours[colour])}\n";
        }

        File.WriteAllText(_folder.At("labels.csv"), table);
        File.WriteAllText(_folder.At("mine.yaml"), Yaml);
    }

    static byte Of(int channel, int colour, byte shade) => channel == colour ? shade : (byte)(shade / 4);

    public void Dispose()
    {
        _folder.Dispose();
        _runs.Dispose();
    }

    [Test]
    public async Task A_choice_is_learnt_beside_attributes_where_labels_are_unknown()
    {
        var validated = await Etrnlp.Run("validate", _folder.At("mine.yaml"));
        var trained = await Train();
        var run = RunFolder.Of(_runs.Path, "mine", 0);
        var (metrics, result) = (File.ReadAllText(run.MetricsPath), JsonNode.Parse(File.ReadAllText(run.ResultPath))!);

        Assert.That((validated.Code, trained.Code), Is.EqualTo((0, 0)), validated.Error + trained.Error);
        Assert.That(trained.Output, Does.Contain("colour").And.Contain("accuracy"));
        Assert.That(
            metrics,
            Does.Contain(",val,colour,green,f,")
                .And.Contain(",val,colour,,accuracy,")
                .And.Contain(",val,light,colour=red,f,")
        );
        foreach (var metric in (string[])["f", "accuracy"])
        {
            Assert.That(
                Number(result["tasks"]!["colour"]![metric]),
                Is.GreaterThan(Number(result["best_constant"]!["colour"]![metric]) + 0.1),
                metric
            );
        }

        Assert.That(result["checkpoint"]!["kind"]!.GetValue<string>(), Is.EqualTo("best"));
        Assert.That(
            result["compared"]!.AsArray().Select(one => $"{one!["group"]}.{one["metric"]}"),
            Is.EqualTo(
                new[] { "attributes.precision", "attributes.recall", "attributes.f", "choice.f", "choice.accuracy" }
            )
        );
    }

    [Test]
    public async Task A_label_that_becomes_known_is_other_data()
    {
        var first = await Train("--set", "training.epochs=1");
        Rewrite("0.png,train,,", "0.png,train,1,");

        var (code, _, error) = await Train("--set", "training.epochs=1");

        Assert.That((first.Code, code), Is.EqualTo((0, 2)), first.Error);
        Assert.That(error, Does.Contain("holds a run of other data: the labels are others"));
    }

    [Test]
    public async Task It_is_evaluated_profiled_benched_and_compared()
    {
        string[] settings = ["--set", "training.epochs=1"];
        var trained = await Train(settings);
        Assert.That(trained.Code, Is.Zero, trained.Error);

        var run = RunFolder.Of(_runs.Path, "mine", 0).Path;
        string[][] commands =
        [
            ["eval", run, "--device", "cpu"],
            ["compare", run, "--baseline", run],
            ["runs", _runs.Path],
            ["profile", _folder.At("mine.yaml"), "--verbose"],
            ["bench", _folder.At("mine.yaml"), "--device", "cpu", "--steps", "1"],
            ["train", _folder.At("mine.yaml"), "--dry-run", "--device", "cpu", "--runs", _runs.Path],
        ];
        foreach (var command in commands)
        {
            var (code, _, error) = await Etrnlp.Run(command);
            Assert.That(code, Is.Zero, $"{string.Join(' ', command)}: {error}");
        }
    }

    [TestCase("name", "cells with a name that is no class of the task (1): line 3 column 'colour' has 'gren'; did you")]
    [TestCase("no class", "tasks.0.columns.1: no cell of column 'colour' is 'rot'; known: green, blue, red")]
    [TestCase("no column", "tasks.1.column: ", "labels.csv has no column 'color'; did you mean 'colour'?")]
    [TestCase("no label", "labels.csv: columns without a label in split val (1): 'bright'. Fill some of their cells")]
    [TestCase("one class", "tasks.1.classes: expected a list of")]
    [TestCase("a class twice", "tasks.1.classes: expected a list of 2 to 255 different names")]
    [TestCase("no classes", "tasks.1.classes: missing, expected a list of 2 to 255 different names")]
    [TestCase("a weight of nothing", "tasks.0.pos_weight: the task has no column 'brigt'; did you mean 'bright'?")]
    public async Task What_does_not_fit_ends_it_with_a_sentence_and_code_2(string damage, params string[] expected)
    {
        switch (damage)
        {
            case "name":
                Rewrite("\n1.png,train,0,green", "\n1.png,train,0,gren");
                break;
            case "no class":
                Change("colour=red", "colour=rot");
                break;
            case "no column":
                Change("column: colour", "column: color");
                break;
            case "no label":
                Array.ForEach(["0", "1"], bright => Rewrite($",val,{bright},", ",val,,"));
                break;
            case "one class":
                Change("[red, green, blue]", "[red]");
                break;
            case "a class twice":
                Change("[red, green, blue]", "[red, green, red]");
                break;
            case "no classes":
                Change(", classes: [red, green, blue]", "");
                break;
            default:
                Change("{bright: 2}", "{brigt: 2}");
                break;
        }

        var (code, output, error) = await Train("--quiet");

        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(expected.Where(part => !error.Contains(part, StringComparison.Ordinal)), Is.Empty, error);
        Assert.That(error.TrimEnd(), Does.Not.Contain("\n").And.Not.Contains(" at EtrNlp"));
    }

    [Test]
    public async Task A_dataset_of_yes_and_no_refuses_a_choice()
    {
        var (code, _, error) = await Etrnlp.Run("validate", _folder.At("mine.yaml"), "--set", "dataset.kind=scenes");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(
            error,
            Does.Contain(
                "tasks.1.column: the columns of scenes say yes or no and this task asks for one of several names"
            )
        );
    }

    static double Number(JsonNode? node) => node!.GetValue<double>();

    void Rewrite(string old, string now) => Replace("labels.csv", old, now);

    void Change(string old, string now) => Replace("mine.yaml", old, now);

    void Replace(string file, string old, string now)
    {
        var text = File.ReadAllText(_folder.At(file));
        Assert.That(text, Does.Contain(old));
        File.WriteAllText(_folder.At(file), text.Replace(old, now, StringComparison.Ordinal));
    }

    Task<(int Code, string Output, string Error)> Train(params string[] options) =>
        Etrnlp.Run(["train", _folder.At("mine.yaml"), "--runs", _runs.Path, "--device", "cpu", .. options]);
}
