using System.Text.Json.Nodes;
using EtrNlp.Core.Sweeps;
using Spectre.Console;

namespace EtrNlp.Cli.Display;

/// <summary>The runs of a sweep before they are trained: what each sets, and whether it is done.</summary>
static class SweepList
{
    internal static void Write(TextWriter output, Sweep sweep, bool json)
    {
        if (json)
        {
            JsonOutput.Write(output, Json(sweep));
        }
        else
        {
            Screen.Write(output, Text(sweep));
        }
    }

    /// <summary>The runs, for programs.</summary>
    internal static JsonArray Json(Sweep sweep) => JsonOutput.Array(sweep.Runs.Select(Json));

    static JsonObject Json(SweepRun run) =>
        new()
        {
            ["name"] = run.Configuration.Name,
            ["seed"] = run.Seed,
            ["folder"] = run.Folder.Path,
            ["done"] = run.Folder.IsDone,
            ["settings"] = Json(run.Configuration),
        };

    /// <summary>What a configuration sets, for programs.</summary>
    internal static JsonObject Json(SweepConfiguration configuration) =>
        new(configuration.Settings.Select(setting => KeyValuePair.Create(setting.Key, (JsonNode?)setting.Value)));

    static Rows Text(Sweep sweep)
    {
        var table = Screen.NewTable(
            ("run", Justify.Left),
            ("seed", Justify.Right),
            ("done", Justify.Left),
            ("sets", Justify.Left)
        );
        foreach (var run in sweep.Runs)
        {
            table.AddTexts(
                run.Configuration.Name,
                FormattableString.Invariant($"{run.Seed}"),
                run.Folder.IsDone ? "yes" : "no",
                run.Configuration == sweep.Baseline ? "the baseline of all" : Settings(run.Configuration)
            );
        }

        var done = sweep.Runs.Count(run => run.Folder.IsDone);
        return new Rows(
            table,
            new Text(FormattableString.Invariant($"{sweep.Runs.Length} runs, {done} done, in {sweep.Folder}"))
        );
    }

    /// <summary>The same for people.</summary>
    internal static string Settings(SweepConfiguration configuration) =>
        string.Join(", ", configuration.Settings.Select(setting => $"{setting.Key} = {setting.Value}"));
}
