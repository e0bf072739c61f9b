using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Datasets;
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

    [TestCase("first step", "crash")]
    [TestCase("first step", "request")]
    [TestCase("evaluation", "crash")]
    [TestCase("evaluation", "request")]
    [Category("Slow")]
    public void A_run_stopped_in_an_epoch_s_first_step_or_evaluation_comes_to_the_same_rows(string where, string how)
    {
        using var whole = new TinyExperiment();
        using var tiny = new TinyExperiment();
        using var request = new CancellationTokenSource();
        string[] famo = ["weighting.kind=famo"];
        whole.Train(famo, file: whole.Base);
        var options = tiny.Options(checkpointEvery: TimeSpan.Zero);
        var observer = new WatchingObserver(batch => StopIf(where == "first step" && batch is { Epoch: 2, Batch: 1 }));

        Assert.That(
            () =>
                tiny.Train(
                    famo,
                    options,
                    observer,
                    split => StopIf(where == "evaluation" && split == Split.Val),
                    tiny.Base,
                    cancellation: request.Token
                ),
            how == "crash" ? Throws.InstanceOf<CrashException>() : Throws.InstanceOf<OperationCanceledException>()
        );
        tiny.Train(famo, options, file: tiny.Base);

        RunState.Of(tiny.Folder("base")).AssertEquals(RunState.Of(whole.Folder("base")));

        void StopIf(bool isThere)
        {
            if (isThere && how == "crash")
            {
                throw new CrashException();
            }

            if (isThere)
            {
                request.Cancel();
            }
        }
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
