using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Cli;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

/// <summary>Runs whose tasks all predict every pixel report the mean of their last evaluations.</summary>
[Category("Slow")]
public sealed class DenseRunTests
{
    const string Dense = """
        name: dense
        dataset: {kind: scenes, image_size: [8, 12], train: 4, val: 1, test: 1}
        tasks:
          - {name: solid, type: classes, classes: [ground, road, wall, block, ball]}
          - {name: depth, type: depth}
          - {name: normals, type: normals}
        backbone: {kind: segnet, width: 0.125}
        routing: {kind: etr, gamma: 0.5}
        training: {batch_size: 2, epochs: 11, optimizer: {kind: adam, learning_rate: 1e-2}}
        threads: 1
        """;

    [Test]
    public void An_interrupted_run_reports_the_same_mean_of_ten_test_evaluations()
    {
        using var tiny = new TinyExperiment();
        var file = tiny.Write("dense.yaml", Dense);
        var whole = tiny.Train(file: file).Single();
        var rows = Test(tiny, "depth", "abs_err");
        var losses = Losses(tiny, "depth");
        using var request = new CancellationTokenSource();
        var options = tiny.Options() with { RunsFolder = tiny.Runs + "-again" };
        var stopping = new WatchingObserver(batch =>
        {
            if ((batch.Epoch, batch.Batch) == (8, 1))
            {
                request.Cancel();
            }
        });
        Assert.That(
            () => tiny.Train([], options, stopping, file: file, cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );

        var continued = tiny.Train([], options, file: file).Single();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows, Has.Length.EqualTo(10));
            Assert.That(
                whole.Tasks.Single(value => value is { Task: "depth", Metric: "abs_err" }).Value,
                Is.EqualTo(rows.Average()).Within(1e-12)
            );
            Assert.That(
                whole.Json["checkpoint"]!.ToJsonString(),
                Is.EqualTo("""{"kind":"mean_of_last","epoch":11,"evaluations":10}""")
            );
            Assert.That(whole.Split, Is.EqualTo("test"));
            Assert.That(losses[^1], Is.LessThan(losses[0]));
            Assert.That(Comparable(continued), Is.EqualTo(Comparable(whole)));
            Assert.That(continued.Means.Select(mean => mean.Metric), Is.Unique);
        }
    }

    // With 2 epochs both would count, with 12 those after the second.
    [Test]
    public void A_run_given_more_epochs_reports_the_mean_of_the_last_ten_alone()
    {
        using var tiny = new TinyExperiment();
        var file = tiny.Write("dense.yaml", Dense);
        var options = tiny.Options() with { RunsFolder = tiny.Runs + "-again" };
        var whole = tiny.Train(["training.epochs=12"], file: file).Single();
        tiny.Train(["training.epochs=2"], options, file: file);

        var extended = tiny.Train(["training.epochs=12"], options, file: file).Single();

        Assert.That(Comparable(extended), Is.EqualTo(Comparable(whole)));
    }

    [Test]
    public async Task A_dry_run_times_a_step()
    {
        using var tiny = new TinyExperiment();

        var (code, output, error) = await Etrnlp.Run(
            "train",
            tiny.Write("dense.yaml", Dense),
            "--runs",
            tiny.Runs,
            "--device",
            "cpu",
            "--dry-run",
            "--json"
        );

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(JsonNode.Parse(output)!["experiments"]![0]!["seconds"]!.GetValue<double>(), Is.Positive);
    }

    [Test]
    public void A_class_that_scenes_lack_is_a_mistake_that_names_the_nearest()
    {
        using var tiny = new TinyExperiment();
        var file = tiny.Write("dense.yaml", Dense.Replace("[ground, road", "[grund, road", StringComparison.Ordinal));

        Assert.That(
            () => tiny.Train(file: file),
            Throws
                .InstanceOf<ConfigException>()
                .With.Message.Contains("'grund'")
                .And.Message.Contains("ground")
                .And.Message.Contains("(4,")
        );
    }

    [Test]
    public void A_dataset_without_maps_refuses_tasks_that_ask_for_them() =>
        Assert.That(
            () =>
                new DatasetRequest([], "", _ => { })
                {
                    Maps = [new RequestedMap(new PixelMap.Depth(), "tasks.0.type")],
                }.RefuseMaps("it"),
            Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("it says nothing of single pixels")
        );

    static string Comparable(RunResult result) =>
        string.Join(
            '\n',
            result
                .Json.Where(pair => !ResultFile.MeasuredKeys.Contains(pair.Key))
                .Select(pair => $"{pair.Key}: {pair.Value?.ToJsonString()}")
        );

    static double[] Test(TinyExperiment tiny, string task, string metric) => Column(tiny, $"test,{task},,{metric},");

    static double[] Losses(TinyExperiment tiny, string task) => Column(tiny, $"train,{task},,loss,");

    static double[] Column(TinyExperiment tiny, string what) =>
        [
            .. File.ReadLines(tiny.Folder("dense").MetricsPath)
                .Where(line => line.Contains($",{what}", StringComparison.Ordinal))
                .Select(line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture)),
        ];
}
