using System.Globalization;
using EtrNlp.Core.Charts;
using EtrNlp.Core.Reports;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Figures;

/// <summary>
/// What a setting does to the results of a sweep's runs: each mean metric, and delta_p where the runs have a baseline,
/// against the setting, over seeds (Figures 6, 8 and S1).
/// </summary>
/// <param name="Axis">path.to.key of the setting; null where configurations stand side by side by their names.</param>
/// <param name="Configurations">What is compared, by rising values of the setting where it is one of numbers.</param>
public sealed record AxisEffect(string? Axis, IReadOnlyList<(string Value, SeedGroup Group)> Configurations)
{
    static readonly (double Width, double Height) SizeOfCurves = (380, 280); // pixels

    /// <summary>The columns of its table.</summary>
    public static IReadOnlyList<string> Header { get; } =
    ["axis", "value", "metric", "split", "mean", "low", "high", "seeds"];

    /// <summary>The effect of a setting; configurations without it, or without a result, are left out.</summary>
    /// <param name="configurations">The runs.</param>
    /// <param name="axis">path.to.key; null: the one key in which they differ, or else their names.</param>
    /// <param name="say">Hears what is left out.</param>
    /// <exception cref="DataException">Nothing is left.</exception>
    public static AxisEffect Of(IReadOnlyList<ShownConfiguration> configurations, string? axis, Action<string> say)
    {
        var key = axis ?? OnlyDifference(configurations);
        var found = Found(configurations, key, say);
        if (found.Count == 0)
        {
            throw new DataException(
                key is null
                    ? "no run is done yet; etrnlp sweep goes on with them"
                    : $"no finished run has a setting {key}"
            );
        }

        if (found.GroupBy(one => one.Value).FirstOrDefault(same => same.Count() > 1) is { } same)
        {
            throw new DataException(
                $"{string.Join(" and ", same.Select(one => one.Group.Name))} have the same {key} {same.Key}; "
                    + "name the folder of one sweep"
            );
        }

        found.ForEach(one => found[0].Group.RequireComparable(one.Group));
        return new AxisEffect(key, Sorted(found));
    }

    static List<(string Value, SeedGroup Group)> Found(
        IReadOnlyList<ShownConfiguration> configurations,
        string? key,
        Action<string> say
    )
    {
        var found = new List<(string Value, SeedGroup Group)>();
        foreach (var one in configurations)
        {
            if (one.Finished is not { } group)
            {
                say($"{one.Name} has no finished run and is left out");
            }
            else if (key is null)
            {
                found.Add((one.Name, group));
            }
            else if (ValueOf(one.Settings, key) is { } value)
            {
                found.Add((value, group));
            }
            else
            {
                say($"{one.Name} has no setting {key} and is left out");
            }
        }

        return found;
    }

    /// <summary>The figure: a chart for each metric.</summary>
    public Figure ToFigure(string name)
    {
        var (width, height) = IsNumeric ? SizeOfCurves : RangeChart.Size([.. Configurations.Select(one => one.Value)]);
        return new Figure(
            Header,
            from metric in Metrics
            from one in Configurations
            select (IReadOnlyList<string>)
                [
                    Axis ?? "configuration",
                    one.Value,
                    metric,
                    one.Group.Split,
                    .. SeedRange.Cells(ValuesOf(one.Group, metric)),
                ],
            PanelSheet.Svg(
                $"{name}: {(Axis is null ? "configurations" : $"effect of {Axis}")}, {Configurations[0].Group.Split}",
                across: 3,
                width,
                height,
                [.. Metrics.Select(Chart)]
            )
        );
    }

    bool IsNumeric => Axis is not null && Configurations.All(one => Number(one.Value) is not null);

    string[] Metrics =>
        [
            .. Configurations[0].Group.Runs[0].Means.Select(mean => mean.Metric),
            .. Configurations.Any(one => ValuesOf(one.Group, ResultKeys.DeltaP).Count > 0)
                ? [ResultKeys.DeltaP]
                : (string[])[],
        ];

    OxyPlot.PlotModel Chart(string metric)
    {
        var rows = Configurations.Select(one => (one.Value, Values: ValuesOf(one.Group, metric))).ToArray();
        if (!IsNumeric)
        {
            return RangeChart.Of(
                metric,
                [
                    .. rows.Select(row =>
                        (row.Value, row.Values.Count == 0 ? null : (CurvePoint?)CurvePoint.Over(0, row.Values))
                    ),
                ]
            );
        }

        var points = rows.Where(row => row.Values.Count > 0)
            .Select(row => CurvePoint.Over(Number(row.Value)!.Value, row.Values));
        return CurveChart.Of(metric, Axis!, 0, [new Curve(metric, [.. points])]);
    }

    static IReadOnlyList<double> ValuesOf(SeedGroup group, string metric) =>
        [
            .. group
                .Runs.Select(run =>
                    metric == ResultKeys.DeltaP
                        ? run.DeltaPTaskMean
                        : run.Means.FirstOrDefault(mean => mean.Metric == metric).Value
                )
                .OfType<double>(),
        ];

    static List<(string Value, SeedGroup Group)> Sorted(List<(string Value, SeedGroup Group)> found) =>
        found.All(one => Number(one.Value) is not null) ? [.. found.OrderBy(one => Number(one.Value))] : found;

    // A sweep trains the baseline of its runs as well, which differs in more than they do.
    static string? OnlyDifference(IReadOnlyList<ShownConfiguration> configurations)
    {
        var baselines = configurations.SelectMany(one => one.Runs).Select(run => run.Result?.BaselineName).ToHashSet();
        var swept = configurations.Where(one => !baselines.Contains(one.Name)).Select(one => one.Settings);
        return Identity.Differences([.. swept]).Select(one => one.Key).ToArray() is [var only] ? only : null;
    }

    // Only what is written as one value.
    static string? ValueOf(ConfigNode settings, string key)
    {
        var node = key.Split('.').Aggregate<string, ConfigNode?>(settings, (node, step) => node?.Child(step));
        return (node as ScalarNode)?.Text;
    }

    static double? Number(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
