using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;

namespace EtrNlp.Core.Reports;

/// <summary>Rows of one table of the paper that are of one problem, in the order of the paper.</summary>
/// <param name="Table">The table.</param>
/// <param name="Problem">What stands before the colon of its rows.</param>
/// <param name="Rows">The rows.</param>
public sealed record PaperTable(string Table, string Problem, ImmutableArray<ReportRow> Rows)
{
    /// <summary>What people call it: Table 2, ResNet18.</summary>
    public string Title => $"Table {Table}{(Problem.Length > 0 ? $", {Problem}" : "")}";

    /// <summary>The metrics that are printed, in the order of the first row.</summary>
    public ImmutableArray<string> Metrics =>
        [.. Rows[0].Paper.Published.Select(pair => pair.Key).Where(key => key != PaperRow.DeltaPName)];

    /// <summary>
    /// delta_p of a row's means over seeds against those of its baseline, over the metrics that the table prints; null
    /// for the baseline itself, where runs of either are missing, and where the two cannot be compared.
    /// </summary>
    public DeltaP? DeltaPOf(ReportRow row) =>
        Comparable(row) is var (runs, baseline) ? Between(Means(runs), Means(baseline)) : null;

    /// <summary>The same of every seed; of none where there is nothing to compare.</summary>
    public DeltaPOverSeeds DeltaPOverSeedsOf(ReportRow row) =>
        Comparable(row) is var (runs, baseline) ? runs.Against(baseline) : DeltaPOverSeeds.None;

    /// <summary>Why the runs of a row and of its baseline cannot be compared; null where they can.</summary>
    public string? RefusalOf(ReportRow row)
    {
        if (Pair(row) is not var (runs, baseline))
        {
            return null;
        }

        var others = baseline.Runs.Select(run => run.Circumstances).ToArray();
        return runs
            .Runs.Select(run => run.Circumstances)
            .SelectMany(one => others.Select(one.RefusalBeside))
            .FirstOrDefault(reason => reason is not null);
    }

    /// <summary>The same of the metrics as the paper prints them.</summary>
    public DeltaP? PublishedDeltaPOf(ReportRow row) =>
        BaselineOf(row) is { } baseline ? Between(row.Paper.Measured, baseline.Paper.Measured) : null;

    /// <summary>The row that delta_p compares a row with; null where the table has none.</summary>
    public ReportRow? BaselineOf(ReportRow row) =>
        row.BaselinePath is null ? null : Rows.FirstOrDefault(one => one.Ours?.File.Path == row.BaselinePath);

    (SeedGroup Runs, SeedGroup Baseline)? Comparable(ReportRow row) => RefusalOf(row) is null ? Pair(row) : null;

    (SeedGroup Runs, SeedGroup Baseline)? Pair(ReportRow row) =>
        RunsOf(row) is { } runs && BaselineOf(row) is { } baseline && RunsOf(baseline) is { } reference
            ? (runs, reference)
            : null;

    static DeltaP? Between(IReadOnlyList<GroupMetric> ours, IReadOnlyList<GroupMetric> baseline) =>
        ours.Count > 0 && Names(ours).SetEquals(Names(baseline)) ? DeltaP.Between(ours, baseline) : null;

    static HashSet<string> Names(IEnumerable<GroupMetric> metrics) => [.. metrics.Select(metric => metric.FullName)];

    SeedGroup? RunsOf(ReportRow row) => row.Ours?.Runs?.Only(Metrics);

    static GroupMetric[] Means(SeedGroup runs) =>
        [
            .. runs
                .Runs[0]
                .Compared.Select(
                    (metric, m) => metric with { Value = runs.Over(run => run.Compared[m].Value)?.Mean }
                ),
        ];
}
