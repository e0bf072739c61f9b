using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

public sealed class DeltaPReportTests
{
    // Seed 1 of the baseline has f = 0.5: (0.6 - 0.5) / 0.5 = 0.2. The mean of 0.25, 0.5 and 0.75 is 0.5 as well, of 0.25 and 0.75 too.
    [TestCase(1, 0.5, "seed 1", 0.2)]
    [TestCase(0, 0.25, "seed 0", 1.4)] // (0.6 - 0.25) / 0.25
    [TestCase(7, 0.5, "mean of 3 seeds", 0.2)]
    public void Equal_seeds_are_paired_and_others_are_held_against_the_mean(int seed, double reference, string pairing, double expected)
    {
        RunResult[] baseline = [Result(0, 0.25), Result(1, 0.5), Result(2, 0.75)];

        var report = DeltaPReport.Against(F(0.6), seed, baseline);

        Assert.That(report.Pairing, Is.EqualTo(pairing));
        Assert.That(report.Baseline, Is.EqualTo("base"));
        Assert.That(report.DeltaP.TaskMean, Is.EqualTo(expected).Within(1e-12), $"against {reference}");
    }

    [Test]
    public void A_metric_whose_baseline_is_0_is_left_out_by_name()
    {
        var json = DeltaPReport.Against(F(0.6), 0, [Result(0, 0)]).ToJson();

        Assert.That(json.ToJsonString(), Is.EqualTo("""{"task_mean":null,"metric_mean":null,"left_out":["attributes.f"],"baseline":"base","paired_with":"seed 0"}"""));
    }

    [Test]
    public void A_finished_run_follows_a_baseline_that_changed()
    {
        using var folder = new TemporaryFolder();
        var done = Result(0, 0.6) with { Path = folder.File("result.json") };

        var compared = done.ComparedWith([Result(0, 0.5)]);

        Assert.That(compared.Json["delta_p"]!["task_mean"]!.GetValue<double>(), Is.EqualTo(0.2).Within(1e-12)); // (0.6 - 0.5) / 0.5
        Assert.That(JsonNode.Parse(File.ReadAllText(done.Path))!.ToJsonString(), Is.EqualTo(compared.Json.ToJsonString()));
        Assert.That(compared.ComparedWith([]), Is.SameAs(compared));
    }

    static ImmutableArray<GroupMetric> F(double value) => [new GroupMetric("attributes", "f", HigherIsBetter: true, value)];

    static RunResult Result(int seed, double f) => new("", JsonNode.Parse(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"name": "base", "seed": {{seed}}, "compared": [{"group": "attributes", "metric": "f", "higher_is_better": true, "value": {{f}}}]}"""))!.AsObject());
}
