using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;

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
    /// delta_p of a row's means over seeds against those of its baseline, over the metrics that the table prints. Null
    /// for the baseline itself, where runs of either are missing, and where they measure different things.
    /// </summary>
    public DeltaP? DeltaPOf(ReportRow row) =>
        BaselineOf(row) is { Ours.Runs: not null } baseline && row.Ours?.Runs is not null
            ? Between(Means(row), Means(baseline))
            : null;

    /// <summary>The same of the metrics as the paper prints them.</summary>
    public DeltaP? PublishedDeltaPOf(ReportRow row) =>
        BaselineOf(row) is { } baseline ? Between(row.Paper.Measured, baseline.Paper.Measured) : null;

    ReportRow? BaselineOf(ReportRow row) =>
        row.BaselinePath is null ? null : Rows.FirstOrDefault(one => one.Ours?.File.Path == row.BaselinePath);

    static DeltaP? Between(IReadOnlyList<GroupMetric> ours, IReadOnlyList<GroupMetric> baseline) =>
        ours.Count > 0 && Names(ours).SetEquals(Names(baseline)) ? DeltaP.Between(ours, baseline) : null;

    static HashSet<string> Names(IEnumerable<GroupMetric> metrics) => [.. metrics.Select(metric => metric.FullName)];

    GroupMetric[] Means(ReportRow row) =>
        [
            .. row.Ours!.Runs!.Runs[0]
                .Compared.Where(metric => Metrics.Contains(metric.FullName))
                .Select(metric => metric with { Value = row.Of(metric.FullName)?.Mean }),
        ];
}
