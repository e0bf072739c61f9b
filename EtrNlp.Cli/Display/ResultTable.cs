using System.Globalization;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// Results as people read them: fractions with four digits, mean and standard deviation (n - 1) over seeds, delta_p in
/// percent.
/// </summary>
static class ResultTable
{
    const string Nothing = "-";
    const double LongestInFull = 1e9;

    /// <summary>
    /// Every metric of every task of experiments side by side, the baseline first, beside the best constant prediction;
    /// below them the means, delta_p, #P and #F, then what else there is to say of each.
    /// </summary>
    internal static IRenderable OfTasks(IReadOnlyList<SeedGroup> groups, SeedGroup? baseline)
    {
        SeedGroup[] columns = [.. baseline is null ? Array.Empty<SeedGroup>() : [baseline], .. groups];
        var table = Screen.NewTable([
            ("task", Justify.Left),
            ("metric", Justify.Left),
            .. columns.Select(group => (group.Name, Justify.Right)),
            ("best constant", Justify.Right),
        ]);
        var first = columns[^1].Runs[0];
        var task = "";
        foreach (var (one, metric, _) in first.Tasks)
        {
            var constant = Find(first.BestConstants, one, metric);
            AddFractions(one == task ? "" : one, metric, run => Find(run.Tasks, one, metric), constant);
            task = one;
        }

        foreach (var (metric, index) in first.Means.Select((mean, index) => (mean.Metric, index)))
        {
            AddFractions(index == 0 ? "mean" : "", metric, run => Find(run.Means, metric), null);
        }

        if (baseline is not null)
        {
            Add(ResultKeys.DeltaP, "task mean", group => PercentAgainst(group, baseline, delta => delta.TaskMean));
            Add("", "metric mean", group => PercentAgainst(group, baseline, delta => delta.MetricMean));
        }

        Add("#P", "of one pass", group => Count(group.Runs[0].Parameters.Active));
        Add("", "of all", group => Count(group.Runs[0].Parameters.Total));
        Add("#F", "of one pass", group => Count(group.Runs[0].Macs));
        return new Rows([table, .. Remarks(columns, baseline).Select(line => new Text(line))]);

        void AddFractions(string shown, string metric, Func<RunResult, double?> value, double? constant) =>
            Add(shown, metric, group => Cell(group.Over(value)), constant is null ? "" : Fraction(constant.Value));

        void Add(string shown, string what, Func<SeedGroup, string> cell, string last = "") =>
            table.AddTexts([shown, what, .. columns.Select(cell), last]);
    }

    static IEnumerable<string> Remarks(IReadOnlyList<SeedGroup> columns, SeedGroup? baseline)
    {
        foreach (var text in columns.Select(SeedsOf).Distinct())
        {
            yield return text;
        }

        foreach (var group in columns.Where(group => baseline is not null && !ReferenceEquals(group, baseline)))
        {
            var compared = group.Against(baseline!);
            var pairing = $"delta_p against {baseline!.Name} paired with {compared.Pairing}";
            foreach (var text in Beside(compared).Prepend(pairing))
            {
                yield return $"{group.Name}: {text}";
            }
        }

        foreach (var group in columns)
        {
            var seconds = group.Over(run => run.Speed.Seconds);
            yield return $"{group.Name}: norm {group.Runs[0].Norm}"
                + (
                    seconds is null
                        ? ""
                        : $", {Rate(group.Over(run => run.Speed.ImagesPerSecond))} images/s, "
                            + $"{Rate(seconds)} s of training"
                );
        }
    }

    static string SeedsOf(SeedGroup group)
    {
        var seeds = string.Join(", ", group.Runs.Select(run => run.Seed));
        return $"split {group.Split}, "
            + (
                group.Runs.Length == 1
                    ? $"seed {seeds}"
                    : $"mean ± standard deviation (n - 1), n = {group.Runs.Length}, seeds {seeds}"
            );
    }

    static string PercentAgainst(SeedGroup group, SeedGroup baseline, Func<DeltaP, double?> value) =>
        ReferenceEquals(group, baseline) ? "" : Percent(group.Against(baseline), value);

    /// <summary>
    /// What there is to say beside delta_p: what it leaves out, and what the two runs do not have in common.
    /// </summary>
    internal static IEnumerable<string> Beside(DeltaPOverSeeds compared) =>
        compared.LeftOut.Count == 0
            ? compared.Remarks
            : compared.Remarks.Prepend($"left out of delta_p: {string.Join("; ", compared.LeftOut)}");

    internal static string Percent(DeltaPOverSeeds compared, Func<DeltaP, double?> value) =>
        Percent(compared.Over(delta => value(delta) * 100));

    /// <summary>A spread that is in percent already.</summary>
    internal static string Percent(Spread? percent) =>
        percent is null
            ? Nothing
            : $"{Signed(percent.Mean)} %" + (percent.Deviation is { } deviation ? $" ±{Short(deviation, "F2")}" : "");

    /// <summary>A difference in percent, without the unit.</summary>
    internal static string Signed(double percent) => Short(percent, "+0.00;-0.00;0.00");

    internal static string Cell(Spread? spread) =>
        spread is null ? Nothing
        : spread.Deviation is { } deviation ? $"{Fraction(spread.Mean)} ±{Fraction(deviation)}"
        : Fraction(spread.Mean);

    static string Fraction(double value) => Short(value, "F4");

    // A number of a hundred digits would break the table.
    static string Short(double value, string format) =>
        value.ToString(Math.Abs(value) < LongestInFull ? format : "0.00E+0", CultureInfo.InvariantCulture);

    static string Count(long count) => Invariant($"{count:N0}");

    static string Rate(Spread? spread) => spread is null ? Nothing : Invariant($"{spread.Mean:F1}");

    internal static string Short(long count) =>
        count switch
        {
            >= 1_000_000_000 => Invariant($"{count / 1e9:F2}G"),
            >= 1_000_000 => Invariant($"{count / 1e6:F2}M"),
            _ => Invariant($"{count / 1e3:F1}k"),
        };

    static double? Find(IEnumerable<(string Task, string Metric, double? Value)> values, string task, string metric) =>
        values.FirstOrDefault(value => value.Task == task && value.Metric == metric).Value;

    static double? Find(IEnumerable<(string Metric, double? Value)> values, string metric) =>
        values.FirstOrDefault(value => value.Metric == metric).Value;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
