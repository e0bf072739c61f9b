using System.Globalization;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// delta_p over the seeds that runs and their baseline have in common, with the 95 % interval of its mean: a row for
/// each experiment that is compared, below the table of all; nothing where none is.
/// </summary>
sealed class PairedTable(string baseline, IEnumerable<(string Name, DeltaPOverSeeds Compared)> experiments)
{
    /// <summary>What stands above its columns.</summary>
    internal static readonly IReadOnlyList<string> Headers =
    [
        "delta_p paired by seed",
        "n",
        "task mean",
        "95 %",
        "wins",
        "metric mean",
        "95 %",
        "wins",
    ];

    readonly (string Name, PairedDifference Paired)[] _rows =
    [
        .. experiments.Where(one => !one.Compared.IsNone).Select(one => (one.Name, one.Compared.Paired)),
    ];

    /// <summary>Names of the columns for programs.</summary>
    internal static IEnumerable<string> CsvHeaders =>
        OfMean(ResultKeys.TaskMean)
            .Concat(OfMean(ResultKeys.MetricMean))
            .Prepend("n")
            .Append(ResultKeys.PairedRemark)
            .Select(column => $"{ResultKeys.DeltaP}.{ResultKeys.Paired}.{column}");

    /// <summary>What stands in those columns; nothing, or why, where nothing is compared.</summary>
    internal static IEnumerable<string> Csv(
        DeltaPOverSeeds compared,
        Func<double?, string> number,
        string? refusal = null
    )
    {
        var paired = compared.IsNone ? null : compared.Paired;
        return
        [
            number(paired?.Count),
            .. Numbers(paired?.TaskMean, paired?.TaskWins),
            .. Numbers(paired?.MetricMean, paired?.MetricWins),
            paired?.Remark ?? refusal ?? "",
        ];

        IEnumerable<string> Numbers(Spread? spread, int? wins) =>
            new[] { spread?.Mean, spread?.Deviation, spread?.Interval?.Low, spread?.Interval?.High, wins }
                .Select(number);
    }

    /// <summary>The table for people, and what there is to say of it.</summary>
    internal IEnumerable<IRenderable> Text()
    {
        if (_rows.Length == 0)
        {
            return [];
        }

        var table = Screen.NewTable(Headers.Select((header, i) => (header, i == 0 ? Justify.Left : Justify.Right)));
        Array.ForEach([.. Cells], row => table.AddTexts(row));
        return [table, .. Remarks.Select(line => new Text(line))];
    }

    /// <summary>The lines of the same in Markdown.</summary>
    internal IEnumerable<string> Markdown() =>
        _rows.Length == 0
            ? []
            : ["", .. MarkdownTable.Lines(Headers, Cells), "", .. Remarks.Select(line => $"- {line}")];

    /// <summary>Its rows as texts; none where nothing is compared.</summary>
    internal IEnumerable<string[]> Cells =>
        _rows.Select(row =>
            (string[])
                [
                    row.Name,
                    row.Paired.Count.ToString(CultureInfo.InvariantCulture),
                    .. Of(InPercent(row.Paired.TaskMean), row.Paired.TaskWins),
                    .. Of(InPercent(row.Paired.MetricMean), row.Paired.MetricWins),
                ]
        );

    /// <summary>What there is to say of it.</summary>
    internal IEnumerable<string> Remarks =>
        _rows.Length == 0 ? []
        : _rows
            .Where(row => !row.Paired.IsOfAllSeeds)
            .Select(row => $"{row.Name}: {Common(row.Paired)}")
            .Prepend(
                $"paired by seed: over n seeds that a run and {baseline} have in common; "
                    + "95 %: interval of the mean by Student's t, n - 1 degrees of freedom; "
                    + "wins: seeds at which it is above 0"
            );

    string Common(PairedDifference paired) =>
        paired.Seeds.Length switch
        {
            0 => $"no seed in common with {baseline}",
            1 => $"paired over the common seed {paired.Seeds[0]} only",
            _ => $"paired over the common seeds {string.Join(", ", paired.Seeds)} only",
        };

    static string[] Of(Spread? percent, int wins) =>
        [
            ResultTable.Percent(percent),
            Interval(percent),
            string.Create(CultureInfo.InvariantCulture, $"{wins} of {percent?.Count ?? 0}"),
        ];

    static string Interval(Spread? percent) =>
        percent?.Interval is { } interval
            ? $"{ResultTable.Signed(interval.Low)} to {ResultTable.Signed(interval.High)} %"
            : PairedDifference.TooFew;

    static Spread? InPercent(Spread? spread) =>
        spread is null ? null : spread with { Mean = spread.Mean * 100, Deviation = spread.Deviation * 100 };

    static IEnumerable<string> OfMean(string mean) =>
        new[] { "mean", "std", ResultKeys.Low, ResultKeys.High, ResultKeys.Wins }.Select(number => $"{mean}.{number}");
}
