using System.Text.Json;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What a sweep says and refuses before its runs are started.</summary>
public sealed class SweepCommandTests
{
    const string ThreeByTwo = "grid: {routing.gamma: [0, 0.5, 1]}\nseeds: [0, 1]\n";

    [TestCaseSource(typeof(Etrnlp), nameof(Etrnlp.Sweeps))]
    public async Task A_shipped_sweep_is_valid(string path)
    {
        var (code, output, error) = await Etrnlp.Run("sweep", path, "--dry-run", "--set", Etrnlp.OnScenes);

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Match(@"\d+ runs, 0 (done|epochs trained so far)"));
    }

    [Test]
    public async Task The_help_of_status_is_of_its_own_folder_alone()
    {
        var (_, output, _) = await Etrnlp.Run("sweep", "status", "--help");

        Assert.That(output, Does.Contain(" sweep status <folder>").And.Not.Contain("<file>"));
    }

    [Test]
    public async Task A_dry_run_lists_every_run_and_writes_nothing()
    {
        using var folder = new SweepFolder(ThreeByTwo);

        var (code, output, _) = await Etrnlp.Run(
            "sweep",
            folder.In("sweep.yaml"),
            "--runs",
            folder.In("runs"),
            "--dry-run"
        );
        var json = JsonDocument.Parse(
            (
                await Etrnlp.Run("sweep", folder.In("sweep.yaml"), "--runs", folder.In("runs"), "--dry-run", "--json")
            ).Output
        );

        Assert.That(code, Is.Zero);
        Assert.That(
            output,
            Does.Contain("8 runs, 0 done")
                .And.Match(@"gamma=0\.5 +1 +no +routing\.gamma = 0\.5")
                .And.Contain("the baseline of all")
        );
        Assert.That(json.RootElement.GetArrayLength(), Is.EqualTo(8));
        Assert.That(Directory.Exists(folder.In("runs")), Is.False);
    }

    [TestCase("--jobs", "0", "expected 1 to 1024")]
    [TestCase("--device", "cpu,tpu", "--device tpu: expected auto, cpu or cuda[:n]")]
    [TestCase("--device", "cuda:0,cuda:99", "--device cuda:")]
    [TestCase("--set", "routing.gama=1", "did you mean 'gamma'?")]
    [TestCase("--set", "training.epochs=0", "training.epochs: expected an integer from 1 to 1000000, got '0'")]
    public async Task What_is_wrong_is_said_before_anything_starts(string option, string value, string expected)
    {
        using var folder = new SweepFolder(ThreeByTwo);

        var (code, output, error) = await Etrnlp.Run(
            "sweep",
            folder.In("sweep.yaml"),
            "--runs",
            folder.In("runs"),
            option,
            value
        );

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain(expected).And.Not.Contain(" at EtrNlp"));
        Assert.That(Directory.Exists(folder.In("runs")), Is.False);
    }

    [Test]
    [Category("Process")]
    public async Task Every_run_draws_examples_and_keeps_events_and_none_is_drawn_where_there_is_nothing()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5]}\n");
        string[] sweep = ["sweep", folder.In("sweep.yaml"), "--runs", folder.In("runs"), "--examples", "1"];
        string[] dense =
        [
            "--set",
            "tasks=[{name: depth, type: depth}]",
            "--set",
            "backbone.kind=segnet",
            "--set",
            "baseline=null",
        ];
        var refused = await Etrnlp.Run(sweep);
        var drawn = await Etrnlp.Run([.. sweep, "--tensorboard", .. dense]);

        Assert.That((refused.Code, refused.Output), Is.EqualTo((2, "")));
        Assert.That(refused.Error, Does.Contain("etrnlp: --examples: no task of mine predicts pixels"));
        Assert.That(drawn.Code, Is.Zero, drawn.Error);
        var pictures = Directory.GetFiles(folder.In("runs"), "*-depth.png", SearchOption.AllDirectories);
        Assert.That(pictures, Has.Length.EqualTo(2), "one of validation, one of test");
        var events = Directory.GetFiles(folder.In("runs"), "events*", SearchOption.AllDirectories);
        Assert.That(events, Has.Length.EqualTo(1));
    }
}
