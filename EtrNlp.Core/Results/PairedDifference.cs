using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;

namespace EtrNlp.Core.Results;

/// <summary>delta_p over the seeds that an experiment and its baseline have in common, each against its own.</summary>
/// <param name="Seeds">The common seeds.</param>
/// <param name="IsOfAllSeeds">Whether neither of the two has another seed.</param>
/// <param name="TaskMean">delta_p as the mean over groups; null where no common seed has it.</param>
/// <param name="TaskWins">The seeds at which that is above 0.</param>
/// <param name="MetricMean">delta_p as the mean over all metrics; null where no common seed has it.</param>
/// <param name="MetricWins">The seeds at which that is above 0.</param>
public sealed record PairedDifference(
    ImmutableArray<int> Seeds,
    bool IsOfAllSeeds,
    Spread? TaskMean,
    int TaskWins,
    Spread? MetricMean,
    int MetricWins
)
{
    /// <summary>What stands in the place of an interval where there is none.</summary>
    public const string TooFew = "too few seeds to tell";

    /// <summary>The number of seeds that have a delta_p.</summary>
    public int Count => TaskMean?.Count ?? 0;

    /// <summary>Why there is no interval; null where there is one.</summary>
    public string? Remark => TaskMean?.Interval is null ? TooFew : null;

    /// <summary>The numbers as an object, by the keys of <see cref="ResultKeys"/>.</summary>
    /// <param name="json">How a spread over seeds is written.</param>
    public JsonObject ToJson(Func<Spread?, JsonObject?> json)
    {
        return new()
        {
            [ResultKeys.PairedSeeds] = new JsonArray([.. Seeds.Select(seed => JsonValue.Create(seed))]),
            [ResultKeys.TaskMean] = Json(TaskMean, TaskWins),
            [ResultKeys.MetricMean] = Json(MetricMean, MetricWins),
            [ResultKeys.PairedRemark] = Remark,
        };

        JsonObject? Json(Spread? spread, int wins)
        {
            var numbers = json(spread);
            numbers?.Add(ResultKeys.Low, spread?.Interval?.Low);
            numbers?.Add(ResultKeys.High, spread?.Interval?.High);
            numbers?.Add(ResultKeys.Wins, wins);
            return numbers;
        }
    }

    /// <summary>That of a run of each seed against a baseline of some seeds.</summary>
    internal static PairedDifference Of(IReadOnlyList<DeltaPReport> reports, IReadOnlyCollection<int> baselineSeeds)
    {
        var paired = reports.Where(report => report.IsOfEqualSeed).ToArray();
        return new(
            [.. paired.Select(report => report.Seed)],
            paired.Length == reports.Count && paired.Length == baselineSeeds.Count,
            Spread.Of(paired.Select(report => report.DeltaP.TaskMean)),
            paired.Count(report => report.DeltaP.TaskMean > 0),
            Spread.Of(paired.Select(report => report.DeltaP.MetricMean)),
            paired.Count(report => report.DeltaP.MetricMean > 0)
        );
    }
}
