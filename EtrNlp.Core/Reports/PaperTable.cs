using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Results;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Reports;

/// <summary>A row of the paper beside the finished runs of its experiment.</summary>
/// <param name="File">The experiment.</param>
/// <param name="Paper">What the paper prints.</param>
/// <param name="Plan">Its network.</param>
/// <param name="Counts">Its #P and #F beside the paper's.</param>
/// <param name="Ours">Its finished runs; null where there is none.</param>
/// <param name="Missing">The seeds without one.</param>
public sealed record ReportRow(
    ExperimentFile File,
    PaperRow Paper,
    NetworkPlan Plan,
    PaperCounts Counts,
    SeedGroup? Ours,
    ImmutableArray<int> Missing
)
{
    /// <summary>The spread over seeds of a metric by its full name; null where no run has it.</summary>
    public Spread? Of(string metric) =>
        Ours?.Over(run => run.Compared.FirstOrDefault(one => one.FullName == metric)?.Value);
}

/// <summary>Rows of one table of the paper that are of one problem, in the order of the paper.</summary>
/// <param name="Table">The table.</param>
/// <param name="Problem">What stands before the colon of its rows.</param>
/// <param name="Rows">The rows.</param>
public sealed record PaperTable(string Table, string Problem, ImmutableArray<ReportRow> Rows)
{
    /// <summary>The metrics that are printed, in the order of the first row.</summary>
    public ImmutableArray<string> Metrics =>
        [.. Rows[0].Paper.Published.Select(pair => pair.Key).Where(key => key != PaperRow.DeltaPName)];

    /// <summary>
    /// delta_p of a row's means over seeds against those of its baseline: the mean over the metrics that the table
    /// prints. Null for the baseline itself, where runs of either are missing, and where they measure different things.
    /// </summary>
    public double? DeltaPOf(ReportRow row)
    {
        var baseline = Rows.FirstOrDefault(one => one.File.Path == row.File.Experiment.Baseline);
        if (row.Ours is null || baseline?.Ours is null)
        {
            return null;
        }

        var (ours, theirs) = (Means(row), Means(baseline));
        return ours.Select(metric => metric.FullName).ToHashSet().SetEquals(theirs.Select(metric => metric.FullName))
            ? DeltaP.Between(ours, theirs).MetricMean
            : null;
    }

    /// <summary>The tables of a folder of experiment files, with the finished runs below another folder.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="tables">Names of tables; all where there are none.</param>
    /// <param name="overrides">What the command line changes in every file.</param>
    /// <param name="finished">The runs.</param>
    /// <exception cref="ConfigException">Every mistake in the files.</exception>
    /// <exception cref="DataException">There is no such folder, or no row of a table in it.</exception>
    public static IReadOnlyList<PaperTable> In(
        string folder,
        IReadOnlyCollection<string> tables,
        IReadOnlyList<string> overrides,
        FinishedExperiments finished
    )
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException($"there is no folder {folder}; expected one of experiment files");
        }

        var (rows, errors) = (new List<ReportRow>(), new List<ConfigError>());
        foreach (var path in Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            try
            {
                rows.AddRange(RowsOf(path, tables, overrides, finished));
            }
            catch (ConfigException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        return errors.Count > 0 ? throw new ConfigException([.. errors.Distinct()]) : Sorted(rows, folder, tables);
    }

    static PaperTable[] Sorted(List<ReportRow> rows, string folder, IReadOnlyCollection<string> tables) =>
        tables.FirstOrDefault(table => rows.All(row => row.Paper.Table != table)) is { } missing
            ? throw new DataException($"no file of {folder} is a row of table {missing}")
            :
            [
                .. rows.GroupBy(row => (row.Paper.Table, row.Paper.Problem))
                    .OrderBy(group => group.Key.Table, StringComparer.Ordinal)
                    .ThenBy(group => group.Min(row => row.Paper.Line))
                    .Select(group => new PaperTable(
                        group.Key.Table,
                        group.Key.Problem,
                        [.. group.OrderBy(row => row.Paper.Line)]
                    )),
            ];

    // A sweep is no row of a table.
    static IEnumerable<ReportRow> RowsOf(
        string path,
        IReadOnlyCollection<string> tables,
        IReadOnlyList<string> overrides,
        FinishedExperiments finished
    )
    {
        if (SweepFile.IsSweep(path))
        {
            return [];
        }

        var file = ExperimentFile.LoadWithoutData(path, overrides);
        return file.Experiment.Paper is { } row && (tables.Count == 0 || tables.Contains(row.Table))
            ? [Row(file, finished)]
            : [];
    }

    static ReportRow Row(ExperimentFile file, FinishedExperiments finished)
    {
        try
        {
            var (experiment, ours) = (file.Experiment, finished.Of(file));
            var plan = NetworkPlanner.Plan(experiment, experiment.Dataset.Size);
            return new ReportRow(
                file,
                experiment.Paper!,
                plan,
                PaperCounts.Of(experiment, plan)!,
                ours,
                [.. experiment.Seeds.Except(ours?.Runs.Select(run => run.Seed) ?? [])]
            );
        }
        catch (InvalidSettingException e)
        {
            throw file.At(e);
        }
    }

    GroupMetric[] Means(ReportRow row) =>
        [
            .. row.Ours!.Runs[0]
                .Compared.Where(metric => Metrics.Contains(metric.FullName))
                .Select(metric => metric with { Value = row.Of(metric.FullName)?.Mean }),
        ];
}
