using EtrNlp.Core.Experiments;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Reports;

/// <summary>
/// The tables of the paper as the files of a folder have their rows: an experiment has one, a sweep has many.
/// </summary>
/// <param name="tables">Names of tables.</param>
/// <param name="overrides">What the command line changes in every experiment.</param>
/// <param name="finished">The runs.</param>
public sealed class PaperTables(
    IReadOnlyCollection<string> tables,
    IReadOnlyList<string> overrides,
    FinishedExperiments finished
)
{
    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="ConfigException">Every mistake in the files.</exception>
    /// <exception cref="DataException">There is no such folder.</exception>
    public IReadOnlyList<PaperTable> In(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException($"there is no folder {folder}; expected one of experiment files");
        }

        var (rows, mistakes) = (new List<ReportRow>(), new ConfigMistakes());
        foreach (var path in Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            mistakes.Try(() => rows.AddRange(SweepFile.IsSweep(path) ? RowsOfSweep(path) : RowsOfExperiment(path)));
        }

        mistakes.ThrowIfAny();
        return
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
    }

    IEnumerable<ReportRow> RowsOfExperiment(string path)
    {
        var file = ExperimentFile.Load(path, overrides, withoutData: true);
        var (row, experiment) = (file.Experiment.Paper, file.Experiment);
        return row is not null && tables.Contains(row.Table)
            ? [new ReportRow(row, path, experiment.Baseline, Reported(file, row, experiment.Seeds))]
            : [];
    }

    // A table with as many rows as the sweep has configurations shows those of them, too, that no row is known to be
    // of; a shorter one is a selection.
    List<ReportRow> RowsOfSweep(string path)
    {
        var sweep = SweepFile.Load(path);
        var asked = sweep.Rows.Where(row => tables.Contains(row.Table)).ToArray();
        if (asked.Length == 0)
        {
            return [];
        }

        var swept = SweptExperiments.Of(sweep, overrides, withoutData: true);
        var rows = asked.Select(Row).ToList();
        foreach (var table in asked.GroupBy(row => row.Table).Where(table => table.Count() >= swept.All.Length))
        {
            rows.AddRange(
                swept
                    .All.Select(one => one.Name)
                    .Except(table.Select(row => row.Configuration))
                    .Select(name => Row(new PaperRow(table.Key, name!, 1, [], null, null, null, name)))
            );
        }

        return rows;

        ReportRow Row(PaperRow row) =>
            row.Configuration is { } name && name == swept.Baseline?.Experiment.Name
                ? new ReportRow(row, path, null, Reported(swept.Baseline, row, swept.Seeds))
                : new ReportRow(
                    row,
                    path,
                    swept.Varied.Experiment.Baseline,
                    swept.All.FirstOrDefault(one => one.Name == row.Configuration) is { } one
                        ? Reported(one.File, row, swept.Seeds)
                        : null
                );
    }

    ReportedExperiment Reported(ExperimentFile file, PaperRow row, IReadOnlyCollection<int> seeds)
    {
        try
        {
            var experiment = file.Experiment with { Paper = row };
            var (runs, ofOtherData) = finished.Of(file, seeds);
            var plan = NetworkPlanner.Plan(experiment, experiment.Dataset.Size);
            return new ReportedExperiment(
                file,
                plan,
                PaperCounts.Of(experiment, plan)!,
                runs,
                ofOtherData,
                [.. seeds.Except(runs?.Runs.Select(run => run.Seed) ?? [])]
            );
        }
        catch (InvalidSettingException e)
        {
            throw file.At(e);
        }
    }
}
