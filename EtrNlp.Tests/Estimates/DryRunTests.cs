using System.Text.Json.Nodes;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Estimates;

/// <summary>A dry run says what training would need, or refuses what no machine holds, and begins nothing.</summary>
public sealed class DryRunTests
{
    [Test]
    public async Task A_dry_run_tells_of_baseline_and_rival_and_begins_neither()
    {
        using var tiny = new TinyExperiment();

        var (code, output, error) = await Etrnlp.Run(
            "train",
            tiny.Rival,
            "--set",
            $"baseline={tiny.Base}",
            "--runs",
            tiny.Runs,
            "--device",
            "cpu",
            "--dry-run",
            "--json"
        );

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(
            JsonNode.Parse(output)!["experiments"]!.AsArray().Select(one => one!["name"]!.GetValue<string>()),
            Is.EqualTo(new[] { "base", "rival" })
        );
        Assert.That(
            JsonNode.Parse(output)!["experiments"]!.AsArray().Select(one => one!["seconds"]!.GetValue<double>()),
            Has.All.Positive
        );
        Assert.That(Directory.Exists(tiny.Runs), Is.False);
    }

    // A 7x7 stem of 1024 channels on 1024 x 1024 pixels leaves 512 x 512 x 1024 numbers: 1 GB of each image, in a batch
    // of 600.
    [Test]
    public async Task What_no_machine_holds_is_refused_and_not_tried()
    {
        using var tiny = new TinyExperiment();

        var (code, output, error) = await Etrnlp.Run(
            "train",
            tiny.Rival,
            "--runs",
            tiny.Runs,
            "--device",
            "cpu",
            "--dry-run",
            "--set",
            "dataset.image_size=1024",
            "--set",
            "backbone.width=16",
            "--set",
            "training.batch_size=600"
        );

        Assert.That((code, output), Is.EqualTo((2, "")), error);
        Assert.That(
            error,
            Does.Contain("training.batch_size: rival needs at least ")
                .And.Contain("; lower it, training.task_memory, dataset.image_size or backbone.width")
        );
    }
}
