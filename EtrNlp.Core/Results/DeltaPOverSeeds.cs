using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;

namespace EtrNlp.Core.Results;

/// <summary>delta_p of the runs of one experiment against a baseline's; no runs where nothing is compared.</summary>
/// <param name="Reports">One for each seed of the experiment.</param>
/// <param name="BaselineSeeds">The seeds of the baseline.</param>
public sealed record DeltaPOverSeeds(ImmutableArray<DeltaPReport> Reports, ImmutableArray<int> BaselineSeeds)
{
    /// <summary>Nothing that is compared: the baseline itself, or an experiment without results.</summary>
    public static DeltaPOverSeeds None { get; } = new([], []);

    /// <summary>True where nothing is compared.</summary>
    public bool IsNone => Reports.IsEmpty;

    /// <summary>The spread over seeds of one number; null where no seed has it.</summary>
    public Spread? Over(Func<DeltaP, double?> number) => Spread.Of(Reports.Select(report => number(report.DeltaP)));

    /// <summary>The same over common seeds alone, with the interval of its mean.</summary>
    public PairedDifference Paired => PairedDifference.Of(Reports, BaselineSeeds);

    /// <summary>Whether every run has one of the same seed in the baseline.</summary>
    public bool IsOfEqualSeeds => Reports.All(report => report.IsOfEqualSeed);

    /// <summary>Which runs of the baseline were taken: those of equal seeds, or a mean.</summary>
    public string Pairing =>
        Reports.Length > 1 && IsOfEqualSeeds
            ? "equal seeds"
            : string.Join("; ", Reports.Select(report => report.Pairing).Distinct());

    /// <summary>What the averages of any seed do not count, and why.</summary>
    public IReadOnlyList<LeftOutMetric> LeftOut => [.. Reports.SelectMany(report => report.DeltaP.LeftOut).Distinct()];

    /// <summary>What any seed and its baseline do not have in common.</summary>
    public IReadOnlyList<string> Remarks => [.. Reports.SelectMany(report => report.Remarks).Distinct()];

    /// <summary>The numbers as an object, by the keys of <c>result.json</c>.</summary>
    /// <param name="json">How a spread over seeds is written.</param>
    public JsonObject ToJson(Func<Spread?, JsonObject?> json) =>
        new()
        {
            [ResultKeys.TaskMean] = json(Over(delta => delta.TaskMean)),
            [ResultKeys.MetricMean] = json(Over(delta => delta.MetricMean)),
            [ResultKeys.LeftOut] = DeltaPReport.Json(LeftOut),
            [ResultKeys.PairedWith] = Pairing,
            [ResultKeys.Paired] = Paired.ToJson(json),
            [ResultKeys.Remarks] = DeltaPReport.Json(Remarks),
        };
}
