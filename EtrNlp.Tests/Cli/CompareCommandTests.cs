using System.Text.Json;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CompareCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public CompareCommandTests()
    {
        HandMadeResult.Write(_folder, "base", 0, 0.5, 0.4);
        HandMadeResult.Write(_folder, "base", 1, 0.4, 0.5);
        HandMadeResult.Write(_folder, "etr", 0, 0.6, 0.4);
        HandMadeResult.Write(_folder, "etr", 1, 0.4, 0.6);
    }

    public void Dispose() => _folder.Dispose();

    string Runs(string name) => Path.Combine(_folder.Path, "runs", name);

    // Seed 0: precision (0.6 - 0.5) / 0.5 = 0.2, recall 0; mean 0.1. Seed 1: precision 0, recall 0.2; mean 0.1.
    // Precision 0.6 and 0.4: mean 0.5, standard deviation sqrt((0.01 + 0.01) / 1) = 0.14142.
    [Test]
    public async Task Equal_seeds_are_paired_and_spreads_are_of_n_minus_1()
    {
        var (code, output, error) = await Etrnlp.Run("compare", Runs("etr"), "--baseline", Runs("base"), "--json");

        var etr = JsonDocument.Parse(output).RootElement.GetProperty("runs")[1];
        var (precision, delta) = (etr.GetProperty("mean").GetProperty("precision"), etr.GetProperty("delta_p"));
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(precision.GetProperty("mean").GetDouble(), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(precision.GetProperty("std").GetDouble(), Is.EqualTo(Math.Sqrt(0.02)).Within(1e-12));
        Assert.That(delta.GetProperty("task_mean").GetProperty("mean").GetDouble(), Is.EqualTo(0.1).Within(1e-12));
        Assert.That(delta.GetProperty("task_mean").GetProperty("std").GetDouble(), Is.Zero.Within(1e-12));
        Assert.That(delta.GetProperty("paired_with").GetString(), Is.EqualTo("equal seeds"));
    }

    // Seed 0: its own pair gives 0.1 as above. Seed 2 against the mean of the baseline, 0.45 and 0.45: 0.54 is 0.2
    // more, 0.45 is 0 more; mean 0.1.
    [Test]
    public async Task A_seed_the_baseline_lacks_is_compared_with_its_mean_and_the_table_says_so()
    {
        Directory.Delete(Path.Combine(Runs("etr"), "seed-1"), recursive: true);
        HandMadeResult.Write(_folder, "etr", 2, 0.54, 0.45);

        var (_, output, _) = await Etrnlp.Run("compare", Runs("etr"), "--baseline", Runs("base"));

        Assert.That(output, Does.Contain("+10.00 % ±0.00").And.Contain("paired with seed 0; mean of 2 seeds"));
        // 0.6 and 0.54: mean 0.57, deviation sqrt(2 * 0.03^2) = 0.0424
        Assert.That(output, Does.Contain("0.5700 ±0.0424"));
        Assert.That(output, Does.Contain("2.0k").And.Contain("3.00M").And.Contain("split test"));
    }

    [Test]
    public async Task Two_seeds_are_too_few_for_an_interval_and_that_is_said_in_its_place()
    {
        string[] compare = ["compare", Runs("etr"), "--baseline", Runs("base")];
        var text = (await Etrnlp.Run(compare)).Output;
        var json = JsonDocument.Parse((await Etrnlp.Run([.. compare, "--json"])).Output).RootElement;

        Assert.That(text, Does.Match(@"\n etr +2 \+10\.00 % ±0\.00 too few seeds to tell 2 of 2 \+10\.00 %"));
        Assert.That(
            JsonSerializer.Serialize(json.GetProperty("runs")[1].GetProperty("delta_p").GetProperty("paired")),
            Does.StartWith("""{"seeds":[0,1],"task_mean":{"mean":0.""")
                .And.Contain("""
                    "n":2,"low_95":null,"high_95":null,"wins":2}
                    """)
                .And.EndWith("""
                    "remark":"too few seeds to tell"}
                    """)
        );
    }

    // Against a baseline of 0.5 and 0.5, a recall of 0.5 and a precision of 0.6, 0.7 and 0.8 are delta_p of 0.1, 0.2
    // and 0.3: mean 0.2, deviation 0.1, and half the interval is 4.303 * 0.1 / sqrt(3) = 0.2484. Seed 7 has no pair:
    // delta_p over all seeds is (0.1 + 0.2 + 0.3 + 0.4) / 4.
    [Test]
    public async Task Only_common_seeds_are_paired_and_the_table_names_them()
    {
        foreach (var (i, seed) in new[] { 0, 1, 2, 7 }.Index())
        {
            HandMadeResult.Write(_folder, "mine", seed, 0.6 + 0.1 * i, 0.5);
            HandMadeResult.Write(_folder, "reference", i, 0.5, 0.5);
        }

        string[] compare = ["compare", Runs("mine"), "--baseline", Runs("reference")];
        var text = (await Etrnlp.Run(compare)).Output;
        var json = JsonDocument.Parse((await Etrnlp.Run([.. compare, "--json"])).Output).RootElement;

        var delta = json.GetProperty("runs")[1].GetProperty("delta_p");
        var (paired, mean) = (delta.GetProperty("paired"), delta.GetProperty("paired").GetProperty("metric_mean"));
        Assert.That(
            text,
            Does.Match(@"\n mine +3 \+20\.00 % ±10\.00 -4\.84 to \+44\.84 % 3 of 3 \+20\.00 % ±10\.00 -4\.84 to")
        );
        Assert.That(text, Does.Contain("mine: paired over the common seeds 0, 1, 2 only").And.Contain("+25.00 %"));
        Assert.That(delta.GetProperty("metric_mean").GetProperty("mean").GetDouble(), Is.EqualTo(0.25).Within(1e-12));
        Assert.That(
            new[] { "mean", "std", "n", "low_95", "high_95" }.Select(key => mean.GetProperty(key).GetDouble()),
            Is.EqualTo(new[] { 0.2, 0.1, 3, 0.2 - 0.2484, 0.2 + 0.2484 }).Within(5e-5)
        );
        Assert.That(paired.GetProperty("remark").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(JsonSerializer.Serialize(paired.GetProperty("seeds")), Is.EqualTo("[0,1,2]"));
    }

    [Test]
    public async Task Without_a_common_seed_there_is_no_paired_difference()
    {
        var (_, output, _) = await Etrnlp.Run(
            "compare",
            Path.Combine(Runs("etr"), "seed-0"),
            "--baseline",
            Path.Combine(Runs("base"), "seed-1")
        );

        Assert.That(output, Does.Contain("etr: no seed in common with base").And.Match(@"\n etr +0 +- too few seeds"));
    }

    [Test]
    public async Task One_seed_of_each_has_no_deviation()
    {
        var (_, output, _) = await Etrnlp.Run(
            "compare",
            Path.Combine(Runs("etr"), "seed-0"),
            "--baseline",
            Path.Combine(Runs("base"), "seed-1")
        );

        // Against seed 1: precision (0.6 - 0.4) / 0.4 = 0.5, recall (0.4 - 0.5) / 0.5 = -0.2; mean 0.15.
        Assert.That(output, Does.Contain("+15.00 %").And.Contain("paired with seed 1"));
        Assert.That(
            output.Split('\n').Where(line => !line.StartsWith("split", StringComparison.Ordinal)),
            Has.None.Contains("±")
        );
    }

    [Test]
    public async Task Without_a_baseline_there_is_no_delta_p()
    {
        var (code, text, error) = await Etrnlp.Run("compare", Runs("base"), Runs("etr"));
        var json = JsonDocument
            .Parse((await Etrnlp.Run("compare", Runs("base"), Runs("etr"), "--json")).Output)
            .RootElement;

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(text, Does.Match(@"\n base +2 +0\.4500 ±0\.0707 [\s\S]*\n etr +2 +0\.5000 ±0\.1414 "));
        Assert.That(text, Does.Not.Contain("delta_p"));
        Assert.That(json.GetProperty("baseline").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("runs")[1].GetProperty("delta_p").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task What_is_not_done_is_named_and_what_was_moved_aside_is_not_looked_at()
    {
        Directory.CreateDirectory(Path.Combine(Runs("etr"), "seed-5"));
        Directory.CreateDirectory(Path.Combine(Runs("etr"), "seed-0.replaced-1"));

        var (code, output, error) = await Etrnlp.Run("compare", Runs("etr"), "--baseline", Runs("base"), "--json");

        Assert.That(code, Is.Zero);
        Assert.That(error, Does.Contain("seed-5 is not done").And.Not.Contain("replaced"));
        Assert.That(JsonDocument.Parse(output).RootElement.GetProperty("not_done").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task Other_metrics_or_another_split_are_refused()
    {
        HandMadeResult.Write(_folder, "other", 0, 0.5, 0.4, metric: "miou");
        HandMadeResult.Write(_folder, "val", 0, 0.5, 0.4, split: "val");

        var metrics = await Etrnlp.Run("compare", Runs("other"), "--baseline", Runs("base"));
        var split = await Etrnlp.Run("compare", Runs("val"), "--baseline", Runs("base"));

        Assert.That((metrics.Code, metrics.Output, split.Code, split.Output), Is.EqualTo((2, "", 2, "")));
        Assert.That(metrics.Error, Does.Contain("miou").And.Contain("same tasks"));
        Assert.That(split.Error, Does.Contain("split val").And.Contain("reports test"));
    }

    [TestCase("{", "cannot be read")]
    [TestCase("{\"format\": 1, \"name\": \"x\"}", "it has no 'seed'")]
    [TestCase("{\"format\": 2}", "use a newer etrnlp")]
    public async Task A_damaged_or_newer_result_is_named(string text, string expected)
    {
        File.WriteAllText(Path.Combine(Runs("etr"), "seed-1", "result.json"), text);

        var (code, _, error) = await Etrnlp.Run("compare", Runs("etr"), "--baseline", Runs("base"));

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("seed-1").And.Contain(expected).And.Not.Contain(" at EtrNlp"));
    }
}
