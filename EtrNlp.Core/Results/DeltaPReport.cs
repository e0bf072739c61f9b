using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Results;

/// <summary>
/// delta_p of a run against its baseline's runs: the one of equal seed where there is one, else the mean of all, and
/// which.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="DeltaP">The improvement.</param>
/// <param name="Baseline">The baseline's name.</param>
/// <param name="IsOfEqualSeed">Whether the baseline has a run of the same seed.</param>
/// <param name="Pairing">Which of its runs were taken.</param>
/// <param name="Remarks">What the two do not have in common, and what of it is not known.</param>
public sealed record DeltaPReport(
    int Seed,
    DeltaP DeltaP,
    string Baseline,
    bool IsOfEqualSeed,
    string Pairing,
    IReadOnlyList<string> Remarks
)
{
    /// <summary>Compares a run with a baseline's.</summary>
    /// <exception cref="DataException">They are of other tasks or classes, or were evaluated on other data.</exception>
    public static DeltaPReport Against(RunResult run, IReadOnlyList<RunResult> baseline)
    {
        var same = baseline.FirstOrDefault(other => other.Seed == run.Seed);
        var remarks = (same is null ? baseline : [same])
            .SelectMany(other => run.Circumstances.Beside(other.Circumstances))
            .Distinct()
            .ToArray();
        var reference = same?.Compared ?? Mean(baseline);
        var pairing =
            same is not null ? $"seed {run.Seed}"
            : baseline.Count == 1 ? $"seed {baseline[0].Seed}"
            : $"mean of {baseline.Count} seeds";
        return new DeltaPReport(
            run.Seed,
            DeltaP.Between(run.Compared, reference),
            baseline[0].Name,
            same is not null,
            pairing,
            remarks
        );
    }

    /// <summary>As it stands in <c>result.json</c>: fractions.</summary>
    public JsonObject ToJson() =>
        new()
        {
            [ResultKeys.TaskMean] = DeltaP.TaskMean,
            [ResultKeys.MetricMean] = DeltaP.MetricMean,
            [ResultKeys.LeftOut] = Json(DeltaP.LeftOut.Distinct()),
            [ResultKeys.DeltaPBaseline] = Baseline,
            [ResultKeys.PairedWith] = Pairing,
            [ResultKeys.Remarks] = Json(Remarks),
        };

    internal static JsonArray Json(IEnumerable<LeftOutMetric> metrics) =>
        new([
            .. metrics.Select(one => new JsonObject
            {
                [ResultKeys.LeftOutMetric] = one.Metric,
                [ResultKeys.LeftOutReason] = one.Reason,
            }),
        ]);

    internal static JsonArray Json(IEnumerable<string> remarks) =>
        new([.. remarks.Select(text => JsonValue.Create(text))]);

    static ImmutableArray<GroupMetric> Mean(IReadOnlyList<RunResult> runs) =>
        [
            .. runs[0]
                .Compared.Select(metric =>
                    metric with
                    {
                        Value = runs.Select(run => run.Compared.First(one => one.FullName == metric.FullName).Value)
                            .Average(),
                    }
                ),
        ];
}
