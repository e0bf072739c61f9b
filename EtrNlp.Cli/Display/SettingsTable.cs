using System.Text.Json.Nodes;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Display;

/// <summary>The keys in which runs differ, with the value in each; names and paths do not count.</summary>
static class SettingsTable
{
    /// <summary>The table for people.</summary>
    internal static IRenderable Of(IReadOnlyList<FinishedRuns> runs)
    {
        var differences = Differences(runs).ToArray();
        if (differences.Length == 0)
        {
            return new Text("all are runs of the same settings");
        }

        var table = Screen.NewTable([
            ("setting", Justify.Left),
            .. runs.Select(one => (one.Group.Name, Justify.Left)),
        ]);
        Array.ForEach(differences, one => table.AddTexts([one.Key, .. one.Values]));
        return table;
    }

    /// <summary>The same for programs: values in the order of the runs.</summary>
    internal static JsonArray Json(IReadOnlyList<FinishedRuns> runs) =>
        JsonOutput.Array(
            Differences(runs)
                .Select(one => new JsonObject { ["key"] = one.Key, ["values"] = JsonOutput.Array(one.Values) })
        );

    static IEnumerable<(string Key, IReadOnlyList<string> Values)> Differences(IReadOnlyList<FinishedRuns> runs) =>
        Identity.Differences([.. runs.Select(one => one.Settings)]);
}
