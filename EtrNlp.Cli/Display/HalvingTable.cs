using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Core.Sweeps;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>
/// How a search came to the best configuration: rank and validation number of each after every rung, and what was
/// saved; the best first.
/// </summary>
sealed class HalvingTable
{
    readonly HalvedSweep _search;
    readonly IReadOnlyList<Rung> _rungs;
    readonly Dictionary<string, RankedConfiguration>[] _ranks;
    readonly long _trained;

    /// <param name="search">A search whose last rung has ended.</param>
    internal HalvingTable(HalvedSweep search)
    {
        (_search, _rungs, _trained) = (search, search.Rungs(), search.EpochsTrained);
        _ranks = [.. _rungs.Select(rung => rung.Ranking.ToDictionary(one => one.Configuration.Name))];
    }

    string Metric => _search.Halving.Metric;

    string Best => _rungs[^1].Ranking[0].Configuration.Name;

    // By how far they came.
    IEnumerable<string> Names =>
        _rungs.Reverse().SelectMany(rung => rung.Ranking).Select(one => one.Configuration.Name).Distinct();

    /// <summary>Names of its columns for programs.</summary>
    internal IEnumerable<string> CsvHeaders =>
        _rungs.SelectMany(rung => new[] { Invariant($"rank.{rung.Epochs}"), Invariant($"{Metric}.{rung.Epochs}") });

    /// <summary>What stands in those columns; nothing where it was not trained so far.</summary>
    internal IEnumerable<string> Csv(SweepConfiguration configuration, Func<double?, string> number) =>
        RanksOf(configuration.Name).SelectMany(found => new[] { number(found?.Rank), number(found?.Value) });

    /// <summary>The table for people.</summary>
    internal IEnumerable<IRenderable> Text()
    {
        var table = Screen.NewTable(Headers.Select((header, i) => (header, i == 0 ? Justify.Left : Justify.Right)));
        Array.ForEach([.. Cells], row => table.AddTexts(row));
        return [table, .. Remarks.Select(line => new Text(line))];
    }

    /// <summary>The lines of the same in Markdown.</summary>
    internal IEnumerable<string> Markdown() =>
        ["", .. MarkdownTable.Lines(Headers, Cells), "", .. Remarks.Select(line => $"- {line}")];

    /// <summary>The same for programs.</summary>
    internal JsonObject Json() =>
        new()
        {
            ["metric"] = Metric,
            ["best"] = Best,
            ["epochs_trained"] = _trained,
            ["epochs_of_grid"] = _search.EpochsOfGrid,
            ["rungs"] = JsonOutput.Array(
                _rungs.Select(rung => new JsonObject
                {
                    ["epochs"] = rung.Epochs,
                    ["survivors"] = JsonOutput.Array(rung.Surviving.Select(one => one.Name)),
                    ["ranking"] = JsonOutput.Array(
                        rung.Ranking.Select(one => new JsonObject
                        {
                            ["rank"] = one.Rank,
                            ["name"] = one.Configuration.Name,
                            ["value"] = one.Value,
                        })
                    ),
                })
            ),
        };

    string[] Headers =>
        [
            $"{Metric} of validation",
            .. _rungs.SelectMany(rung => new[] { "rank", Invariant($"after {rung.Epochs}") }),
        ];

    IEnumerable<string[]> Cells =>
        Names.Select(name => (string[])[name, .. RanksOf(name).SelectMany(Shown)]);

    IEnumerable<string> Remarks
    {
        get
        {
            var (sweep, all) = (_search.Sweep, _search.EpochsOfGrid);
            var ranks = _rungs.Zip(
                RanksOf(Best),
                (rung, best) => Invariant($"{best!.Rank} of {rung.Ranking.Length} after {rung.Epochs}")
            );
            yield return $"the best by {Metric} of the validation split, with seed {sweep.Seeds[0]}: {Best}, "
                + $"rank {string.Join(", ", ranks)} epochs";
            yield return Invariant($"trained {_trained} of the {all} epochs of {sweep.Configurations.Length} ")
                + Invariant($"configurations with {sweep.Seeds.Length} seeds to the end: ")
                + Invariant($"{100.0 * (all - _trained) / all:F0} % saved");
            foreach (var rung in _rungs)
            {
                foreach (var one in rung.Ranking.Where(one => one.Value is null))
                {
                    yield return Invariant($"{one.Configuration.Name}: its run has no {Metric} after epoch ")
                        + Invariant($"{rung.Epochs}, which ranks it last");
                }
            }
        }
    }

    // After each rung; null where it was not in that.
    IEnumerable<RankedConfiguration?> RanksOf(string name) => _ranks.Select(rung => rung.GetValueOrDefault(name));

    static string[] Shown(RankedConfiguration? found) =>
        found is null
            ? ["", ""]
            : [Invariant($"{found.Rank}"), found.Value?.ToString("F4", CultureInfo.InvariantCulture) ?? "failed"];

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
