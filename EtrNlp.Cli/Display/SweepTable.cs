using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Files;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// What came out of a sweep: a row for each configuration with mean, standard deviation (n - 1) and n over seeds;
/// missing seeds are named.
/// </summary>
sealed class SweepTable
{
    readonly Sweep _sweep;
    readonly SeedGroup? _baseline;
    readonly string[] _metrics;
    readonly Row[] _rows;
    readonly HalvingTable? _halving;
    readonly SweepConfiguration[] _others;
    readonly IReadOnlyList<FailedRun> _failed;

    /// <param name="sweep">What was trained to the end.</param>
    /// <param name="failed">Runs that have no result, of earlier stages too.</param>
    /// <param name="search">The search that chose it; null where nothing was left out.</param>
    public SweepTable(Sweep sweep, IReadOnlyList<FailedRun> failed, HalvedSweep? search = null)
    {
        (_sweep, _failed) = (sweep, failed);
        _halving = search is null ? null : new HalvingTable(search);
        _others =
        [
            .. search?.Sweep.Configurations.ExceptBy(sweep.Configurations.Select(one => one.Name), one => one.Name)
                ?? [],
        ];
        _baseline = sweep.Baseline is { } baseline ? sweep.Finished(baseline) : null;
        _rows =
        [
            .. (sweep.Baseline is null ? [] : new[] { sweep.Baseline }).Concat(sweep.Configurations).Select(RowOf),
        ];
        _metrics =
        [
            .. _rows
                .Select(row => row.Group)
                .FirstOrDefault(group => group is not null)
                ?.Runs[0]
                .Means.Select(mean => mean.Metric)
                ?? [],
        ];
    }

    /// <summary>The table for people.</summary>
    public IRenderable Text()
    {
        var table = Screen.NewTable(Headers.Select((header, i) => (header, i == 0 ? Justify.Left : Justify.Right)));
        foreach (var row in TextRows)
        {
            table.AddTexts(row);
        }

        return new Rows([
            table,
            .. Remarks.Select(line => new Text(line)),
            .. Paired.Text(),
            .. _halving?.Text() ?? [],
            .. FailedRunList.Text(_failed),
        ]);
    }

    /// <summary>The same table in Markdown.</summary>
    public string Markdown()
    {
        string[] lines =
        [
            $"# {_sweep.Name}",
            "",
            .. MarkdownTable.Lines([.. Headers], TextRows),
            "",
            .. Remarks.Select(line => $"- {line}"),
            .. Paired.Markdown(),
            .. _halving?.Markdown() ?? [],
            .. FailedRunList.Markdown(_failed),
        ];
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>
    /// The same numbers, unrounded, as comma-separated values: one column for each key that is varied, and for each
    /// mean, deviation, count and end of an interval.
    /// </summary>
    public string Csv()
    {
        var rows = _rows.Concat(_others.Select(one => new Row(one, null, DeltaPOverSeeds.None, []))).ToArray();
        var settings = rows.SelectMany(row => row.Configuration.Settings);
        var keys = settings.Select(setting => setting.Key).Distinct().ToArray();
        IEnumerable<string> headers =
        [
            "configuration",
            .. keys,
            "n",
            "missing_seeds",
            .. Numbers.SelectMany(column => new[] { $"{column.Name}.mean", $"{column.Name}.std" }),
            .. HasDeltaP ? PairedTable.CsvHeaders : [],
            .. _halving?.CsvHeaders ?? [],
        ];
        var lines = rows.Select(row =>
            (IEnumerable<string>)
                [
                    row.Configuration.Name,
                    .. keys.Select(key =>
                        row.Configuration.Settings.FirstOrDefault(setting => setting.Key == key).Value ?? ""
                    ),
                    Number(row.Group?.Runs.Length ?? 0),
                    string.Join(' ', row.Missing.Select(seed => Number(seed))),
                    .. Numbers
                        .Select(column => column.Of(row))
                        .SelectMany(spread => new[] { Number(spread?.Mean), Number(spread?.Deviation) }),
                    .. HasDeltaP ? PairedTable.Csv(row.DeltaP, Number) : [],
                    .. _halving?.Csv(row.Configuration, Number) ?? [],
                ]
        );
        return CsvText.Of(lines.Prepend(headers));

        static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>The same numbers as JSON.</summary>
    public JsonObject Json() =>
        new()
        {
            ["sweep"] = _sweep.Name,
            ["folder"] = _sweep.Folder,
            ["baseline"] = _sweep.Baseline?.Name,
            ["configurations"] = JsonOutput.Array(
                _rows.Select(row => new JsonObject
                {
                    ["name"] = row.Configuration.Name,
                    ["settings"] = SweepList.Json(row.Configuration),
                    ["n"] = row.Group?.Runs.Length ?? 0,
                    ["missing_seeds"] = JsonOutput.Array(row.Missing.Select(seed => (JsonNode?)seed)),
                    ["numbers"] = new JsonObject(
                        Numbers.Select(column =>
                            KeyValuePair.Create(column.Name, (JsonNode?)JsonOutput.Spread(column.Of(row)))
                        )
                    ),
                    [ResultKeys.Paired] = row.DeltaP.IsNone ? null : row.DeltaP.Paired.ToJson(JsonOutput.Spread),
                })
            ),
            ["halving"] = _halving?.Json(),
            ["failed"] = FailedRunList.Json(_failed),
        };

    PairedTable Paired => new(_baseline?.Name ?? "", _rows.Select(row => (row.Configuration.Name, row.DeltaP)));

    bool HasDeltaP => _baseline is not null;

    IReadOnlyList<(string Name, Func<Row, Spread?> Of)> Numbers =>
        [
            .. _metrics.Select(metric => (metric, (Func<Row, Spread?>)(row => row.Over(metric)))),
            .. HasDeltaP
                ?
                [
                    ($"{ResultKeys.DeltaP}.{ResultKeys.TaskMean}", row => row.DeltaP.Over(delta => delta.TaskMean)),
                    ($"{ResultKeys.DeltaP}.{ResultKeys.MetricMean}", row => row.DeltaP.Over(delta => delta.MetricMean)),
                ]
                : Array.Empty<(string, Func<Row, Spread?>)>(),
        ];

    IEnumerable<string> Headers =>
        [
            "configuration",
            "n",
            .. _metrics,
            .. HasDeltaP ? ["delta_p task mean", "delta_p metric mean"] : Array.Empty<string>(),
        ];

    IEnumerable<IEnumerable<string>> TextRows =>
        _rows.Select(row =>
            (IEnumerable<string>)
                [
                    row.Configuration.Name,
                    $"{row.Group?.Runs.Length ?? 0}",
                    .. _metrics.Select(metric => ResultTable.Cell(row.Over(metric))),
                    .. HasDeltaP
                        ?
                        [
                            ResultTable.Percent(row.DeltaP, delta => delta.TaskMean),
                            ResultTable.Percent(row.DeltaP, delta => delta.MetricMean),
                        ]
                        : Array.Empty<string>(),
                ]
        );

    IEnumerable<string> Remarks
    {
        get
        {
            var split = _rows.Select(row => row.Group?.Split).FirstOrDefault(split => split is not null);
            yield return (split is null ? "" : $"split {split}; ")
                + $"mean ± standard deviation (n - 1) over n of the seeds {string.Join(", ", _sweep.Seeds)}"
                + (HasDeltaP ? $"; delta_p against {_baseline!.Name}" : "");
            foreach (var row in _rows)
            {
                var (name, missing) = (row.Configuration.Name, row.Missing);
                if (missing.Length > 0)
                {
                    var seeds = missing.Length == 1 ? "seed" : "seeds";
                    yield return $"{name}: no result of {seeds} {string.Join(", ", missing)}";
                }

                foreach (var text in ResultTable.Beside(row.DeltaP).Concat(Unpaired(row.DeltaP)))
                {
                    yield return $"{name}: {text}";
                }
            }
        }
    }

    static string[] Unpaired(DeltaPOverSeeds compared) =>
        compared.IsOfEqualSeeds ? [] : [$"delta_p paired with {compared.Pairing}"];

    Row RowOf(SweepConfiguration configuration)
    {
        var group = configuration == _sweep.Baseline ? _baseline : _sweep.Finished(configuration);
        return new Row(
            configuration,
            group,
            _baseline is null ? DeltaPOverSeeds.None : group?.Against(_baseline) ?? DeltaPOverSeeds.None,
            [.. _sweep.MissingSeeds(configuration)]
        );
    }

    /// <param name="Configuration">What the row is about.</param>
    /// <param name="Group">Its finished runs; null where there are none.</param>
    /// <param name="DeltaP">Those runs against the baseline's.</param>
    /// <param name="Missing">Seeds without a result.</param>
    sealed record Row(SweepConfiguration Configuration, SeedGroup? Group, DeltaPOverSeeds DeltaP, int[] Missing)
    {
        /// <summary>The mean of a metric over the parts of all tasks, over seeds.</summary>
        public Spread? Over(string metric) =>
            Group?.Over(run => run.Means.FirstOrDefault(mean => mean.Metric == metric).Value);
    }
}
