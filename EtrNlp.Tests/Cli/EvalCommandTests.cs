using System.Text.Json.Nodes;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>A finished run, evaluated again and listed.</summary>
public sealed class EvalCommandTests
{
    static readonly string[] _measured =
    [
        "tasks",
        "mean",
        "best_constant",
        "loss",
        "parts",
        "compared",
        "parameters",
        "macs",
        "norm",
        "split",
        "checkpoint",
        "identity",
        "seed",
    ];

    TinyExperiment _tiny = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _tiny = new TinyExperiment();
        _tiny.Train(["seeds=[3]"]);
    }

    [OneTimeTearDown]
    public void Forget() => _tiny.Dispose();

    string Run => _tiny.Folder(seed: 3).Path;

    [Test]
    public async Task The_numbers_of_the_result_come_out_again_to_the_bit()
    {
        var (code, output, error) = await Etrnlp.Run("eval", Run, "--json", "--device", "cpu", "--quiet");

        var (result, again) = (
            JsonNode.Parse(File.ReadAllText(_tiny.Folder(seed: 3).ResultPath))!,
            JsonNode.Parse(output)!
        );
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(
            _measured.Select(key => $"{key} {again[key]!.ToJsonString()}"),
            Is.EqualTo(_measured.Select(key => $"{key} {result[key]!.ToJsonString()}"))
        );
    }

    // metrics.csv writes every double so that it reads back as the same one.
    [Test]
    public async Task The_last_checkpoint_scores_on_the_validation_split_what_its_epoch_wrote()
    {
        var (code, output, _) = await Etrnlp.Run(
            "eval",
            Run,
            "--json",
            "--split",
            "val",
            "--checkpoint",
            "last",
            "--device",
            "cpu"
        );

        var json = JsonNode.Parse(output)!;
        var written = File.ReadAllLines(_tiny.Folder(seed: 3).MetricsPath)
            .Single(line => line.StartsWith("2,val,ground,,loss,", StringComparison.Ordinal))
            .Split(',')[^1];
        Assert.That(
            (code, json["split"]!.GetValue<string>(), json["checkpoint"]!["epoch"]!.GetValue<int>()),
            Is.EqualTo((0, "val", 2))
        );
        Assert.That(
            json["loss"]!["ground"]!.ToJsonString(),
            Is.EqualTo(
                JsonValue
                    .Create(double.Parse(written, System.Globalization.CultureInfo.InvariantCulture))
                    .ToJsonString()
            )
        );
    }

    [Test]
    public async Task People_get_a_table_and_the_checkpoint()
    {
        var (code, output, _) = await Etrnlp.Run(
            "eval",
            Run,
            "--device",
            "cpu",
            "--checkpoint",
            _tiny.Folder(seed: 3).PreviousCheckpoint
        );

        Assert.That(code, Is.Zero);
        Assert.That(
            output,
            Does.Match(@"ground +precision +\d\.\d{4}")
                .And.Contain("previous.safetensors, epoch 1")
                .And.Not.Contains("s of training")
        );
    }

    [Test]
    public async Task What_cannot_be_evaluated_is_told_in_one_sentence()
    {
        File.WriteAllText(Path.Combine(_tiny.Runs, "other.safetensors"), "no checkpoint at all");
        (string[] Command, string Said)[] mistakes =
        [
            ([_tiny.Runs], $"{_tiny.Runs} is no run folder (no experiment.yaml)"),
            ([Run, "--checkpoint", "first"], "expected best, last, previous or the path of one"),
            ([Run, "--split", "tset"], "--split tset: expected train, val, test; did you mean 'test'?"),
            ([Run, "--checkpoint", Path.Combine(_tiny.Runs, "other.safetensors")], "cannot be used: "),
            ([Run, "--device", "tpu"], "--device tpu: expected auto, cpu or cuda[:n]"),
        ];
        foreach (var (command, said) in mistakes)
        {
            var (code, output, error) = await Etrnlp.Run(["eval", .. command]);
            Assert.That((code, output), Is.EqualTo((2, "")), error);
            Assert.That(error, Does.StartWith("etrnlp: ").And.Contain(said).And.Not.Contains(" at EtrNlp"));
            Assert.That(error.Count(c => c == '\n'), Is.EqualTo(1), error);
        }
    }
}
