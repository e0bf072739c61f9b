using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// One experiment per row: the means, delta_p against the baseline, if there is one, and, where there is room, #P and
/// #F; below them delta_p paired by seed.
/// </summary>
/// <param name="groups">The experiments, the baseline among them.</param>
/// <param name="baseline">The baseline, or null.</param>
/// <param name="width">Columns of the screen.</param>
sealed class ComparisonTable(IReadOnlyList<SeedGroup> groups, SeedGroup? baseline, int width)
{
    const int WidthWithCounts = 110;

    readonly (string Name, DeltaPOverSeeds Compared)[] _compared = baseline is null
        ? []
        :
        [
            .. groups
                .Select(one => (one.Name, Compared: one.Against(baseline!)))
                .Where(one => !one.Compared.IsNone),
        ];

    /// <summary>The table for people, and what there is to say of it.</summary>
    internal IRenderable Text()
    {
        var table = Screen.NewTable(Headers.Select((header, i) => (header, i == 0 ? Justify.Left : Justify.Right)));
        Array.ForEach([.. Cells], row => table.AddTexts(row));
        return new Rows([table, .. Remarks.Select(line => new Text(line)), .. Paired.Text()]);
    }

    /// <summary>delta_p seed by seed.</summary>
    internal PairedTable Paired => new(baseline?.Name ?? "", _compared);

    /// <summary>A row for each experiment, in the columns of <see cref="Headers"/>.</summary>
    internal IEnumerable<IEnumerable<string>> Cells => groups.Select(CellsOf);

    bool HasRoom => width >= WidthWithCounts;

    /// <summary>Names of the columns.</summary>
    internal IEnumerable<string> Headers =>
        [
            "run",
            "n",
            .. groups[0].Runs[0].Means.Select(mean => mean.Metric),
            .. baseline is null ? [] : new[] { "delta_p task mean", "delta_p metric mean" },
            .. HasRoom ? ["#P", "#F"] : Array.Empty<string>(),
        ];

    /// <summary>What there is to say of it, one sentence a line.</summary>
    internal IEnumerable<string> Remarks =>
        _compared
            .SelectMany(one =>
                ResultTable
                    .Beside(one.Compared)
                    .Prepend($"delta_p paired with {one.Compared.Pairing}")
                    .Select(text => $"{one.Name}: {text}")
            )
            .Prepend(
                $"split {groups[0].Split}; mean ± standard deviation (n - 1) over n seeds"
                    + (baseline is null ? "" : $"; delta_p against {baseline.Name}")
            );

    IEnumerable<string> CellsOf(SeedGroup group)
    {
        var first = group.Runs[0];
        return
        [
            group.Name,
            $"{group.Runs.Length}",
            .. groups[0].Runs[0].Means.Select(mean => ResultTable.Cell(Over(group, mean.Metric))),
            .. baseline is null ? [] : Percents(group.Against(baseline)),
            .. HasRoom
                ? [ResultTable.Short(first.Parameters.Total), ResultTable.Short(first.Macs)]
                : Array.Empty<string>(),
        ];
    }

    static Spread? Over(SeedGroup group, string metric) =>
        group.Over(run => run.Means.FirstOrDefault(mean => mean.Metric == metric).Value);

    static string[] Percents(DeltaPOverSeeds compared) =>
        [
            ResultTable.Percent(compared, delta => delta.TaskMean),
            ResultTable.Percent(compared, delta => delta.MetricMean),
        ];
}
