using System.Text.Json.Nodes;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Datasets;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

public sealed class ResultFileTests
{
    // f is a metric of two groups, with means 0.25 and 0.75; accuracy and error of one each, so that their keys are the
    // names alone.
    [Test]
    public void Means_of_groups_that_share_a_metric_do_not_write_over_each_other()
    {
        using var tiny = new TinyExperiment();
        using var bench = PreparedExperiment.Open(
            ExperimentFile.Load(tiny.Rival, []),
            tiny.Runs,
            torch.CPU,
            _ => { },
            default
        );
        var evaluation = new Evaluation(
            Split.Val,
            [
                Scores("ground", "attributes", ("f", 0.25), ("accuracy", 1)),
                Scores("light", "light", ("f", 0.75), ("error", 0.5)),
            ]
        );

        var json = ResultFile.Evaluated(bench, "identity", 0, evaluation, new JsonObject());

        Assert.That(
            json["mean"]!.ToJsonString(),
            Is.EqualTo("""{"attributes.f":0.25,"accuracy":1,"light.f":0.75,"error":0.5}""")
        );
        Assert.That(
            new RunResult("result.json", json).Means.Select(mean => mean.Metric),
            Is.EqualTo(new[] { "attributes.f", "accuracy", "light.f", "error" })
        );
    }

    // As do results of builds that did not know these keys.
    [Test]
    public void A_result_says_how_it_augmented_and_weighed_or_nothing_of_it()
    {
        using var tiny = new TinyExperiment();
        var file = ExperimentFile.Load(tiny.Base, ["training.augment=[{kind: crop, padding: 4}]"]);
        using var bench = PreparedExperiment.Open(file, tiny.Runs, torch.CPU, _ => { }, default);
        var evaluation = new Evaluation(Split.Val, [Scores("ground", "attributes", ("f", 0.25))]);
        var json = ResultFile.Evaluated(bench, "identity", 0, evaluation, new JsonObject());

        var now = new RunResult("result.json", json).Circumstances;
        var older = json.DeepClone().AsObject();
        Assert.That(older.Remove("augment") && older.Remove("pos_weight"));
        var then = new RunResult("result.json", older).Circumstances;

        Assert.That((now.Augment, now.PosWeight), Is.EqualTo(("""[{"kind":"crop","padding":"4"}]""", "1")));
        Assert.That((then.Augment, then.PosWeight), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That(now.Beside(then), Is.Empty);
    }

    static TaskScores Scores(string task, string group, params (string Name, double Value)[] values) =>
        new(
            task,
            group,
            [.. values.Select(value => new MetricKind(value.Name, HigherIsBetter: true, InDeltaP: true))],
            0,
            [.. values.Select(value => new MetricValue("", value.Name, value.Value))],
            []
        );
}
