using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp compare RUN... --baseline RUN</c>: finished runs side by side, from their result files alone.
/// </summary>
static class CompareCommand
{
    internal static Command Create()
    {
        var runs = CommonOptions.Paths("run", "Run folders: runs/x/seed-0, or runs/x for all its seeds.");
        var baseline = CommonOptions.PathOption(
            "--baseline",
            "The run folder that delta_p is measured against.",
            "run"
        );
        baseline.Required = true;
        var json = CommonOptions.Json();
        var command = new ExampleCommand(
            "compare",
            "Show finished runs side by side, with delta_p against one of them.",
            "etrnlp compare runs/etr runs/nlp --baseline runs/hard_sharing"
        )
        {
            runs,
            baseline,
            json,
        };
        command.SetAction(parse =>
            Compare(
                [parse.GetRequiredValue(baseline)!, .. parse.GetRequiredValue(runs)],
                parse.GetValue(json),
                parse.InvocationConfiguration.Output,
                parse.Notices()
            )
        );
        return command;
    }

    static int Compare(string[] folders, bool json, TextWriter output, TextWriter notices)
    {
        var found = ExperimentChecks.ForEach(folders.Select(Path.GetFullPath).Distinct(), FinishedRuns.In);
        var groups = found.Select(one => one.Group).ToArray();
        Array.ForEach(groups, groups[0].RequireComparable);
        var unfinished = found.SelectMany(one => one.Unfinished).ToArray();
        Array.ForEach(
            unfinished,
            folder => notices.WriteLine($"{folder} is not done and is left out; etrnlp train continues it")
        );
        if (json)
        {
            JsonOutput.Write(output, Json(groups, unfinished));
        }
        else
        {
            Screen.Write(output, ResultTable.OfExperiments(groups[1..], groups[0], Screen.Of(output).Profile.Width));
        }

        return ExitCode.Done;
    }

    static JsonObject Json(SeedGroup[] groups, string[] unfinished) =>
        new()
        {
            ["baseline"] = groups[0].Name,
            ["split"] = groups[0].Split,
            ["runs"] = JsonOutput.Array(groups.Select((group, index) => Json(group, index == 0 ? null : groups[0]))),
            ["not_done"] = JsonOutput.Array(unfinished),
        };

    static JsonObject Json(SeedGroup group, SeedGroup? baseline)
    {
        var first = group.Runs[0];
        return new()
        {
            ["name"] = group.Name,
            ["seeds"] = JsonOutput.Array(group.Runs.Select(run => (JsonNode?)run.Seed)),
            [ResultKeys.Mean] = new JsonObject(
                first.Means.Select(
                    (mean, m) =>
                        KeyValuePair.Create(
                            mean.Metric,
                            (JsonNode?)JsonOutput.Spread(group.Over(run => run.Means[m].Value))
                        )
                )
            ),
            [ResultKeys.DeltaP] = baseline is null ? null : group.Against(baseline).ToJson(JsonOutput.Spread),
            [ResultKeys.Parameters] = new JsonObject
            {
                [ResultKeys.ActiveParameters] = first.Parameters.Active,
                [ResultKeys.TotalParameters] = first.Parameters.Total,
            },
            [ResultKeys.Macs] = first.Macs,
        };
    }
}
