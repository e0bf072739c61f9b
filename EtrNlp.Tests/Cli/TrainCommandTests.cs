using System.Text.Json;
using System.Text.RegularExpressions;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>Training through the built executable, in a folder of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Category("Process")]
public sealed class TrainCommandTests : IDisposable
{
    const string Tiny = """
        dataset: {kind: scenes, image_size: 32, train: 8, val: 16, test: 16}
        tasks:
          - {name: ground, type: attributes, columns: [grass, tiles]}
          - {name: light, type: attributes, columns: [dim_light]}
        backbone: {kind: resnet18, width: 0.125}
        training: {epochs: 1, batch_size: 4}
        threads: 1

        """;

    readonly TemporaryFolder _folder = new();

    public TrainCommandTests()
    {
        File.WriteAllText(_folder.File("base.yaml"), $"name: base\n{Tiny}");
        File.WriteAllText(
            _folder.File("mine.yaml"),
            $"name: mine\nbaseline: base.yaml\n{Tiny}routing: {{kind: etr, gamma: 0.5}}\n"
        );
    }

    public void Dispose() => _folder.Dispose();

    [Test]
    public void The_smoke_experiment_runs_to_its_result()
    {
        Etrnlp.CopyExperiments(_folder);
        var (code, output, error) = Etrnlp.Start(_folder.Path, ["train", "experiments/smoke.yaml"]).Finish();

        using var result = JsonDocument.Parse(File.ReadAllText(_folder.File("runs/smoke/seed-0/result.json")));
        var log = File.ReadAllText(_folder.File("runs/smoke/seed-0/log.txt"));
        Assert.That(code, Is.Zero, error);
        Assert.That(
            error.Split('\n').Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)),
            Is.EqualTo(4),
            "each of two epochs is trained and evaluated"
        );
        Assert.That(log, Does.Match(@"epoch 2: losses ground \d\.\d{4}, light \d\.\d{4}, [\d.]+ images/s\r?\n"));
        Assert.That(
            log,
            Does.Match(@"epoch 2: val precision \d\.\d{4}, recall \d\.\d{4}, f \d\.\d{4}, accuracy \d\.\d{4}\r?\n")
        );
        Assert.That(output, Does.Contain("best constant").And.Contain("split test"));
        Assert.That(
            result.RootElement.EnumerateObject().Select(property => property.Name),
            Is.SupersetOf(
                new[]
                {
                    "format",
                    "name",
                    "seed",
                    "split",
                    "checkpoint",
                    "tasks",
                    "mean",
                    "best_constant",
                    "parameters",
                    "macs",
                    "norm",
                    "seconds",
                    "images_per_second",
                    "device",
                }
            )
        );
    }

    // Widths of 8, 16, 32 and 64: only the three layers that double them have room for a shared branch of as many
    // channels as come in.
    [Test]
    public async Task Validate_and_train_say_once_which_layers_share_nothing()
    {
        const string Said =
            "routing.gamma: 0.5 rounds down to no shared channel in 13 of 16 layers, "
            + "where channels are shared in multiples of 8, 16, 32, 64: ";
        string[] set = ["--set", "operation.kind=nlp", "--set", "operation.groups=channels", "--set", "baseline=null"];

        var validated = await Etrnlp.Run(["validate", _folder.File("mine.yaml"), .. set]);
        var trained = await Etrnlp.Run([
            "train",
            _folder.File("mine.yaml"),
            "--runs",
            _folder.File("runs"),
            "--device",
            "cpu",
            .. set,
        ]);

        Assert.That((validated.Code, trained.Code), Is.EqualTo((0, 0)), trained.Error);
        Assert.That(validated.Error, Does.StartWith(Said));
        Assert.That(trained.Error.Split(Said), Has.Length.EqualTo(2));
    }

    [Test]
    public void The_table_shows_the_baseline_and_delta_p_over_seeds()
    {
        var (code, output, error) = Etrnlp.Start(_folder.Path, ["train", "mine.yaml", "--set", "seeds=[3,4]"]).Finish();

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Match(@"task +metric +base +mine +best constant"));
        Assert.That(output, Does.Contain("n = 2, seeds 3, 4"));
        Assert.That(output, Does.Contain("mine: delta_p against base paired with equal seeds"));
        Assert.That(output, Does.Match(@"ground +precision +\d\.\d{4} ±\d\.\d{4}"));
    }

    [TestCase("base.yaml", "mine.yaml", "other.yaml")]
    [TestCase("mine.yaml", "other.yaml")]
    [TestCase("mine.yaml", "other.yaml", "base.yaml")]
    public void Experiments_of_one_baseline_stand_side_by_side_in_one_table(params string[] files)
    {
        var other = $"name: other\nbaseline: base.yaml\n{Tiny}routing: {{kind: etr, gamma: 0.75}}\n";
        File.WriteAllText(_folder.File("other.yaml"), other);

        var (code, output, error) = Etrnlp.Start(_folder.Path, ["train", .. files]).Finish();

        Assert.That(code, Is.Zero, error);
        Assert.That(Regex.Count(output, @"task +metric"), Is.EqualTo(1));
        Assert.That(output, Does.Match(@"task +metric +base +mine +other +best constant"));
        Assert.That(output, Does.Match(@"light +precision( +\d\.\d{4}){4}"));
        Assert.That(output, Does.Match(@"#P +of one pass( +[\d,]+){3}\s"));
        Assert.That(output, Does.Match(@"#F +of one pass( +[\d,]+){3}\s"));
        Assert.That(output, Does.Contain("other: delta_p against base paired with seed 0"));
    }

    [Test]
    public void Experiments_of_no_common_baseline_have_a_table_each()
    {
        File.WriteAllText(_folder.File("alone.yaml"), $"name: alone\n{Tiny}");

        var (code, output, error) = Etrnlp.Start(_folder.Path, ["train", "alone.yaml", "mine.yaml"]).Finish();

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Match(@"task +metric +alone +best constant"));
        Assert.That(output, Does.Match(@"task +metric +base +mine +best constant"));
    }

    [Test]
    public void Json_is_all_that_standard_output_gets_and_a_done_run_is_only_read()
    {
        Etrnlp.Start(_folder.Path, ["train", "mine.yaml", "--quiet"]).Finish();
        var written = File.GetLastWriteTimeUtc(_folder.File("runs/mine/seed-0/result.json"));

        var (code, output, error) = Etrnlp.Start(_folder.Path, ["train", "mine.yaml", "--json"]).Finish();

        Assert.That(code, Is.Zero);
        Assert.That(
            JsonDocument.Parse(output).RootElement.EnumerateArray().Select(run => run.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "base", "mine" })
        );
        Assert.That(error, Does.Contain("mine seed 0: was done already"));
        Assert.That(File.GetLastWriteTimeUtc(_folder.File("runs/mine/seed-0/result.json")), Is.EqualTo(written));
    }

    [TestCase("INT", 130)]
    [TestCase("TERM", 75)]
    public void A_signal_asks_for_a_checkpoint_and_the_same_command_goes_on(string signal, int expected)
    {
        Signals.RequireHeard(signal);
        string[] command = ["train", "base.yaml", "--set", "training.epochs=500"];
        var process = Etrnlp.Start(_folder.Path, command);
        while (process.StandardError.ReadLine() is { } line && !line.StartsWith("epoch 2", StringComparison.Ordinal))
        { }

        process.Send(signal);
        var (code, output, error) = process.Finish();

        Assert.That((code, output), Is.EqualTo((expected, "")));
        Assert.That(error, Does.Contain("the same command goes on from there").And.Not.Contain(" at EtrNlp"));
        Assert.That(File.Exists(_folder.File("runs/base/seed-0/checkpoints/last.safetensors")), Is.True);

        process = Etrnlp.Start(_folder.Path, command);
        var said = process.StandardError.ReadLine();
        while (said?.Contains("seed 0: epochs ", StringComparison.Ordinal) == false)
        {
            said = process.StandardError.ReadLine();
        }

        process.Kill();
        process.Finish();
        Assert.That(said, Does.Match(@"epochs ([2-9]|\d\d+) to 500"));
    }
}
