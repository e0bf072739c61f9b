using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;

namespace EtrNlp.Core.Runs;

/// <summary>delta_p of a run against its baseline's runs: the one of equal seed where there is one, else the mean of all, and which.</summary>
public sealed record DeltaPReport(DeltaP DeltaP, string Baseline, bool IsOfEqualSeed, string Pairing)
{
    /// <summary>Where it stands in <c>result.json</c>.</summary>
    public const string Key = "delta_p";

    /// <summary>Compares what was measured with a baseline's results.</summary>
    public static DeltaPReport Against(ImmutableArray<GroupMetric> compared, int seed, IReadOnlyList<RunResult> baseline)
    {
        var same = baseline.FirstOrDefault(run => run.Seed == seed);
        var reference = same?.Compared ?? Mean(baseline);
        var pairing = same is not null ? $"seed {seed}" : baseline.Count == 1 ? $"seed {baseline[0].Seed}" : $"mean of {baseline.Count} seeds";
        return new DeltaPReport(DeltaP.Between(compared, reference), baseline[0].Name, same is not null, pairing);
    }

    /// <summary>As it stands in <c>result.json</c>: fractions.</summary>
    public JsonObject ToJson() => new()
    {
        ["task_mean"] = DeltaP.TaskMean,
        ["metric_mean"] = DeltaP.MetricMean,
        ["left_out"] = LeftOut([this]),
        ["baseline"] = Baseline,
        ["paired_with"] = Pairing,
    };

    /// <summary>What reports leave out, as it stands in files.</summary>
    public static JsonArray LeftOut(IEnumerable<DeltaPReport> reports) => new([.. reports.SelectMany(report => report.DeltaP.LeftOut).Distinct()
        .Select(one => new JsonObject { ["metric"] = one.Metric, ["reason"] = one.Reason })]);

    static ImmutableArray<GroupMetric> Mean(IReadOnlyList<RunResult> runs) =>
        [.. runs[0].Compared.Select((metric, m) => metric with { Value = runs.Select(run => run.Compared[m].Value).Average() })];
}
