using EtrNlp.Core.Experiments;
using EtrNlp.Core.Reports;

namespace EtrNlp.Cli.Display;

/// <summary>
/// A table of the paper beside ours, before it is laid out: what every format shows, in the same rows and columns.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="command">The command that makes the missing runs of a row.</param>
sealed class ReportSheet(PaperTable table, Func<ReportRow, string> command)
{
    /// <summary>Stands at a row that the paper contradicts, or of which something cannot be known.</summary>
    internal const string Mark = "*";

    readonly (string Header, Func<ReportRow, ReportCell> Of)[] _columns = [.. ColumnsOf(table)];

    /// <summary>The table.</summary>
    internal PaperTable Table => table;

    /// <summary>Names of the columns of numbers.</summary>
    internal IReadOnlyList<string> Headers => [.. _columns.Select(column => column.Header)];

    /// <summary>The numbers of a row, in the order of <see cref="Headers"/>.</summary>
    internal IReadOnlyList<ReportCell> Cells(ReportRow row) => [.. _columns.Select(column => column.Of(row))];

    /// <summary>What a row is called, with the mark.</summary>
    internal static string NameOf(ReportRow row) => row.Name + (row.Paper.Note is null ? "" : Mark);

    /// <summary>The command that makes what a row misses; null where it misses nothing.</summary>
    internal string? CommandOf(ReportRow row) => row.Ours?.Missing.Length > 0 ? command(row) : null;

    /// <summary>delta_p seed by seed.</summary>
    internal PairedTable Paired =>
        new(
            table.Rows.Select(table.BaselineOf).OfType<ReportRow>().FirstOrDefault()?.Name ?? "",
            table.Rows.Select(row => (row.Name, table.DeltaPOverSeedsOf(row)))
        );

    /// <summary>What there is to say below the table, one sentence a line.</summary>
    internal IEnumerable<string> Remarks =>
        [
            "ours ± standard deviation (n - 1) over n seeds | the paper's | the difference; "
                + "#P of one forward pass",
            "delta_p of the means over seeds: the metric mean is what the paper prints; "
                + "the task mean is its formula, here of the metrics that it prints",
            .. table
                .Rows.Where(row => row.Paper.Note is not null)
                .Select(row => $"{Mark} {row.Name}: {row.Paper.Note}"),
            .. Untied,
            .. table
                .Rows.Select(row => (row.Name, Reason: table.RefusalOf(row)))
                .Where(row => row.Reason is not null)
                .Select(row => $"{row.Name} has no delta_p: {row.Reason}"),
            .. Progress,
            .. table
                .Rows.Where(row => CommandOf(row) is not null)
                .GroupBy(row => $"seeds {string.Join(", ", row.Ours!.Missing)}: {CommandOf(row)}")
                .Select(rows => $"missing {string.Join("; ", rows.Select(row => row.Name))}, {rows.Key}"),
        ];

    IEnumerable<string> Progress =>
        table.Rows.Sum(row => row.Ours?.Missing.Length ?? 0) is > 0 and var missing
        && table.Rows.Sum(row => row.Count) is var done
            ? [FormattableString.Invariant($"{done} of {done + missing} runs are done")]
            : [];

    IEnumerable<string> Untied =>
        table
            .Rows.Where(row => row.Ours is null)
            .GroupBy(row => row.Path)
            .Select(rows =>
                FormattableString.Invariant($"{rows.Count()} rows stand alone: nobody can tell which configurations ")
                + $"they are; the key '{PaperRow.ConfigurationName}' of a row of {rows.Key} says it"
            );

    static IEnumerable<(string, Func<ReportRow, ReportCell>)> ColumnsOf(PaperTable table)
    {
        foreach (var metric in table.Metrics)
        {
            yield return (metric, row => new ReportCell(row.Of(metric), row.Paper.Of(metric), ReportUnit.Metric));
        }

        yield return (
            $"{PaperRow.DeltaPName} metric mean",
            row =>
                ReportCell.Of(
                    table.DeltaPOf(row)?.MetricMean,
                    row.Paper.Of(PaperRow.DeltaPName),
                    ReportUnit.Percent
                )
        );
        yield return (
            $"{PaperRow.DeltaPName} task mean",
            row =>
                ReportCell.Of(
                    table.DeltaPOf(row)?.TaskMean,
                    table.PublishedDeltaPOf(row)?.TaskMean,
                    ReportUnit.Percent
                )
        );
        yield return (
            "#P",
            row => ReportCell.Of(row.Ours?.Plan.ActiveParameters, row.Paper.Parameters, ReportUnit.Millions)
        );
        if (table.Rows.Any(row => row.Paper.Macs is not null))
        {
            yield return ("#F", row => ReportCell.Of(row.Ours?.Counts.Macs, row.Paper.Macs, ReportUnit.Millions));
        }
    }
}
