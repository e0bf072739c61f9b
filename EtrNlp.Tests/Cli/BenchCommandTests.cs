using System.Text.Json;
using EtrNlp.Core.Profiling;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What is counted, not how long it takes.</summary>
[Category("Slow")]
public sealed class BenchCommandTests
{
    // Five images are fewer than a batch of 8 and make one of their own.
    const string Experiment = """
        name: timed
        dataset: {kind: scenes, image_size: 16, train: 5, val: 2, test: 0}
        tasks: [{name: one, type: attributes, columns: [grass]}, {name: two, type: attributes, columns: [tiles]}]
        backbone: {kind: resnet18, width: 0.125}
        routing: {kind: etr, gamma: 0.5}
        training: {batch_size: 8}
        threads: 1
        """;

    static async Task<(string Output, string Error)> Bench(params string[] more)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("timed.yaml"), Experiment);
        var (code, output, error) = await Etrnlp.Run([
            "bench",
            folder.File("timed.yaml"),
            "--runs",
            folder.File("runs"),
            "--steps",
            "3",
            .. more,
        ]);
        Assert.That(code, Is.Zero, error);
        return (output, error);
    }

    [TestCase(new string[0], "steps", "step_milliseconds")]
    [TestCase(new[] { "--evaluate" }, "batches", "batch_milliseconds")]
    public async Task What_is_asked_for_is_measured(string[] more, string count, string time)
    {
        var json = JsonDocument.Parse((await Bench([.. more, "--json"])).Output).RootElement;

        Assert.That(
            new[] { "batch_size", "tasks", count, "threads" }.Select(key => json.GetProperty(key).GetInt32()),
            Is.EqualTo(new[] { 5, 2, 3, 1 })
        );
        Assert.That(
            json.GetProperty("images_per_second").GetDouble(),
            Is.EqualTo(5000 / json.GetProperty(time).GetDouble()).Within(1e-6).Percent
        );
    }

    [TestCase(new string[0], "step", "data", "forward", "backward", "optimizer")]
    [TestCase(new[] { "--evaluate" }, "batch", "data")]
    public async Task The_parts_are_those_of_the_time_beside_them(string[] more, string whole, params string[] parts)
    {
        var json = JsonDocument.Parse((await Bench([.. more, "--json"])).Output).RootElement;

        double Milliseconds(string name) => json.GetProperty($"{name}_milliseconds").GetDouble();
        Assert.That(parts.Sum(Milliseconds), Is.LessThanOrEqualTo(Milliseconds(whole) * (1 + 1e-9)));
    }

    // The part's own median would be 2, of another step.
    [Test]
    public void The_median_is_one_that_was_measured_with_all_its_parts()
    {
        var steps = new[] { (Whole: 9, Part: 8), (Whole: 2, Part: 1), (Whole: 20, Part: 2) };

        Assert.That(steps.MedianBy(step => step.Whole), Is.EqualTo((9, 8)));
    }

    [Test]
    public async Task People_read_of_an_evaluation_what_it_counts() =>
        Assert.That(
            (await Bench("--evaluate")).Output,
            Does.Contain("(2 tasks, batch 5, 1 threads, median of 3 batches)")
                .And.Contain("ms at the end for the scores")
        );
}
