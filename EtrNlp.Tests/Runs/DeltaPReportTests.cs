using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

public sealed class DeltaPReportTests
{
    // Seed 1 of the baseline has f = 0.5: (0.6 - 0.5) / 0.5 = 0.2. The mean of 0.25, 0.5 and 0.75 is 0.5 as well, of
    // 0.25 and 0.75 too.
    [TestCase(1, 0.5, "seed 1", 0.2)]
    [TestCase(0, 0.25, "seed 0", 1.4)] // (0.6 - 0.25) / 0.25
    [TestCase(7, 0.5, "mean of 3 seeds", 0.2)]
    public void Equal_seeds_are_paired_and_others_are_held_against_the_mean(
        int seed,
        double reference,
        string pairing,
        double expected
    )
    {
        RunResult[] baseline = [Result(0, 0.25), Result(1, 0.5), Result(2, 0.75)];

        var report = DeltaPReport.Against(Result(seed, 0.6, "mine"), baseline);

        Assert.That(report.Pairing, Is.EqualTo(pairing));
        Assert.That(report.Baseline, Is.EqualTo("base"));
        Assert.That(report.DeltaP.TaskMean, Is.EqualTo(expected).Within(1e-12), $"against {reference}");
    }

    [TestCase(0, "the baseline is 0")]
    [TestCase(1e-300, "the baseline is 1E-300, smaller than 1E-06")]
    [TestCase(-9e-7, "the baseline is -9E-07, smaller than 1E-06")]
    public void A_metric_whose_baseline_is_next_to_nothing_is_left_out_with_the_reason(double baseline, string reason)
    {
        var json = DeltaPReport.Against(Result(0, 0.6, "mine"), [Result(0, baseline)]).ToJson();

        Assert.That(
            json.ToJsonString(),
            Is.EqualTo(
                "{\"task_mean\":null,\"metric_mean\":null,"
                    + $$"""
                    "left_out":[{"metric":"attributes.f","reason":"{{reason}}"}],
                    """
                    + """
                    "baseline":"base","paired_with":"seed 0",
                    """
                    + """
                    "remarks":["data unknown: mine and base kept no digest of what was learned and evaluated"]}
                    """
            )
        );
    }

    [TestCase(1e-6, 2e-6, 1)] // (2e-6 - 1e-6) / 1e-6
    [TestCase(-0.5, -0.4, 0.2)] // (-0.4 + 0.5) / 0.5: larger is better, below 0 too
    [TestCase(-0.5, 0.5, 2)] // (0.5 + 0.5) / 0.5
    [TestCase(-0.5, -0.6, -0.2)]
    public void An_improvement_is_a_share_of_the_absolute_value_of_the_baseline(
        double baseline,
        double value,
        double expected
    ) =>
        Assert.That(
            DeltaPReport.Against(Result(0, value, "mine"), [Result(0, baseline)]).DeltaP.TaskMean,
            Is.EqualTo(expected).Within(1e-9)
        );

    [Test]
    public void Of_a_metric_where_lower_is_better_a_rise_counts_against_it_below_0_too()
    {
        GroupMetric[] baseline = [new("depth", "abs_err", false, -0.5)],
            worse = [new("depth", "abs_err", false, -0.4)];

        Assert.That(DeltaP.Between(worse, baseline).TaskMean, Is.EqualTo(-0.2).Within(1e-12)); // (-0.5 + 0.4) / 0.5
    }

    [Test]
    public void What_has_no_value_or_no_finite_improvement_is_left_out_and_the_order_of_metrics_does_not_matter()
    {
        GroupMetric[] baseline =
        [
            new("d", "a", true, null),
            new("d", "b", true, 1),
            new("d", "c", true, -1e308),
            new("d", "e", true, 0.5),
        ];
        GroupMetric[] method =
        [
            new("d", "e", true, 1),
            new("d", "c", true, 1e308),
            new("d", "b", true, null),
            new("d", "a", true, 1),
        ];

        var delta = DeltaP.Between(method, baseline);

        Assert.That(delta.MetricMean, Is.EqualTo(1)); // e alone: (1 - 0.5) / 0.5
        Assert.That(
            delta.LeftOut.Select(one => $"{one}"),
            Is.EqualTo(
                new[]
                {
                    "d.c (the improvement is too large for a number)",
                    "d.b (it has no value)",
                    "d.a (the baseline has no value)",
                }
            )
        );
    }

    [Test]
    public void A_finished_run_follows_a_baseline_that_changed()
    {
        var compared = Result(0, 0.6).ComparedWith([Result(0, 0.5)]);

        // (0.6 - 0.5) / 0.5
        Assert.That(compared.Json["delta_p"]!["task_mean"]!.GetValue<double>(), Is.EqualTo(0.2).Within(1e-12));
        Assert.That(compared.ComparedWith([]), Is.SameAs(compared));
    }

    static RunResult Result(int seed, double f, string name = "base") =>
        new(
            "",
            JsonNode
                .Parse(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $$"""
                        {"name": "{{name}}", "seed": {{seed}}, "split": "val",
                         "compared": [
                           {"group": "attributes", "metric": "f", "higher_is_better": true, "value": {{f}} }]}
                        """
                    )
                )!
                .AsObject()
        );
}
