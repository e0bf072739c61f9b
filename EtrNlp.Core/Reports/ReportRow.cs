using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Results;

namespace EtrNlp.Core.Reports;

/// <summary>What stands here beside a row of the paper.</summary>
/// <param name="File">The experiment.</param>
/// <param name="Plan">Its network.</param>
/// <param name="Counts">Its #P and #F beside the paper's.</param>
/// <param name="Runs">Its finished runs; null where there is none.</param>
/// <param name="OfOtherData">The folders of runs that are left out, since they are of other data.</param>
/// <param name="Missing">The seeds without a run.</param>
public sealed record ReportedExperiment(
    ExperimentFile File,
    NetworkPlan Plan,
    PaperCounts Counts,
    SeedGroup? Runs,
    ImmutableArray<string> OfOtherData,
    ImmutableArray<int> Missing
);

/// <summary>A row of the paper beside the finished runs of its experiment.</summary>
/// <param name="Paper">
/// What the paper prints; no number where a sweep has a configuration that no row is known to be of.
/// </param>
/// <param name="Path">The file that says so: the experiment, or a sweep.</param>
/// <param name="BaselinePath">Full path of the experiment that it is compared with; null where there is none.</param>
/// <param name="Ours">Null where nobody can tell which configuration of the sweep it is.</param>
public sealed record ReportRow(PaperRow Paper, string Path, string? BaselinePath, ReportedExperiment? Ours)
{
    /// <summary>The method in the paper's words, and the configuration of a sweep.</summary>
    public string Name =>
        Paper.Configuration is { } configuration && configuration != Paper.Method
            ? $"{Paper.Method}, {configuration}"
            : Paper.Method;

    /// <summary>The number of finished runs.</summary>
    public int Count => Ours?.Runs?.Runs.Length ?? 0;

    /// <summary>The spread over seeds of a metric by its full name; null where no run has it.</summary>
    public Spread? Of(string metric) =>
        Ours?.Runs?.Over(run => run.Compared.FirstOrDefault(one => one.FullName == metric)?.Value);
}
