using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Weighting;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>The weights of tasks in <c>metrics.csv</c>.</summary>
public sealed class EpochWeightsTests
{
    // Two epochs of three steps; random weights are known before.
    [Test]
    public void Every_epoch_has_the_mean_weight_of_every_task_over_its_steps()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["weighting.kind=random"], file: tiny.Base);

        var expected =
            from epoch in new[] { 0, 1 }
            let steps = Enumerable.Range(3 * epoch, 3).Select(step => RandomWeights.At(new StepClock(0, step, 3), 2))
            from task in new[] { 0, 1 }
            select steps.Average(weights => weights[task]);
        Assert.That(
            Weights(tiny).Select(cells => (cells[0], cells[1], cells[2], cells[3])),
            Is.EqualTo(
                new[]
                {
                    ("1", "train", "ground", ""),
                    ("1", "train", "light", ""),
                    ("2", "train", "ground", ""),
                    ("2", "train", "light", ""),
                }
            )
        );
        Assert.That(
            Weights(tiny).Select(cells => double.Parse(cells[5], CultureInfo.InvariantCulture)),
            Is.EqualTo(expected).Within(1e-6)
        );
    }

    [Test]
    public void A_weighting_that_changes_no_weight_has_no_rows()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(file: tiny.Base);

        Assert.That(Weights(tiny), Is.Empty);
    }

    [Test]
    public void How_far_a_run_of_an_earlier_version_was_is_read_without_them()
    {
        var written = JsonSerializer.SerializeToNode(RunProgress.Start(2))!.AsObject();
        Assert.That(written.Remove(nameof(RunProgress.WeightSums)), Is.True);

        var read = JsonSerializer.Deserialize<RunProgress>(written)!;

        Assert.That(read.WeightSums, Is.Empty);
        Assert.That(read.LossSums, Is.EqualTo(new[] { 0.0, 0 }));
    }

    static string[][] Weights(TinyExperiment tiny) =>
        [
            .. File.ReadLines(tiny.Folder("base").MetricsPath)
                .Select(line => line.Split(','))
                .Where(cells => cells[4] == "weight"),
        ];
}
