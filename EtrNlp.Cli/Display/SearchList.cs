using System.Text.Json.Nodes;
using EtrNlp.Core.Sweeps;
using Spectre.Console;

namespace EtrNlp.Cli.Display;

/// <summary>A search before it is made: what each configuration sets, and how many go on after each rung.</summary>
static class SearchList
{
    internal static void Write(TextWriter output, HalvedSweep search, bool json)
    {
        if (json)
        {
            JsonOutput.Write(output, Json(search));
        }
        else
        {
            Screen.Write(output, Text(search));
        }
    }

    static JsonObject Json(HalvedSweep search) =>
        new()
        {
            ["folder"] = search.Sweep.Folder,
            ["baseline"] = search.Sweep.Baseline?.Name,
            ["seeds"] = JsonOutput.Array(search.Sweep.Seeds.Select(seed => (JsonNode?)seed)),
            ["metric"] = search.Halving.Metric,
            ["runs"] = search.RunCount,
            ["epochs"] = search.Epochs,
            ["epochs_of_grid"] = search.EpochsOfGrid,
            ["rungs"] = JsonOutput.Array(
                Rungs(search).Select(rung => new JsonObject
                {
                    ["epochs"] = rung.Epochs,
                    ["configurations"] = rung.Entrants,
                })
            ),
            ["configurations"] = JsonOutput.Array(
                search.Sweep.Configurations.Select(one => new JsonObject
                {
                    ["name"] = one.Name,
                    ["settings"] = SweepList.Json(one),
                })
            ),
        };

    static Rows Text(HalvedSweep search)
    {
        var table = Screen.NewTable(("configuration", Justify.Left), ("sets", Justify.Left));
        foreach (var one in search.Sweep.Configurations)
        {
            table.AddTexts(one.Name, SweepList.Settings(one));
        }

        return new Rows([table, .. Lines(search).Select(line => new Text(line))]);
    }

    static IEnumerable<string> Lines(HalvedSweep search)
    {
        var (sweep, seeds) = (search.Sweep, string.Join(", ", search.Sweep.Seeds));
        foreach (var ((epochs, entrants), i) in Rungs(search).Select((rung, i) => (rung, i)))
        {
            var which = i == 0 ? "all" : "the best";
            yield return FormattableString.Invariant($"rung {i + 1}, to epoch {epochs}: {which} {entrants}, ")
                + FormattableString.Invariant($"seed {sweep.Seeds[0]}");
        }

        yield return FormattableString.Invariant($"then the best by {search.Halving.Metric} of the validation split, ")
            + $"seeds {seeds}{(sweep.Baseline is { } baseline ? $", beside the baseline {baseline.Name}" : "")}";
        yield return FormattableString.Invariant($"{search.Epochs} epochs instead of the {search.EpochsOfGrid} of ")
            + "every configuration with every seed";
        yield return FormattableString.Invariant($"{search.RunCount} runs, {search.EpochsTrained} epochs trained so ")
            + $"far, in {sweep.Folder}";
    }

    static IEnumerable<(int Epochs, int Entrants)> Rungs(HalvedSweep search) =>
        search.Halving.Rungs.Zip(search.Halving.Entrants(search.Sweep.Configurations.Length));
}
