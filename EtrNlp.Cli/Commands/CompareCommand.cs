using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp compare RUN...</c>: finished runs side by side, from their folders alone.</summary>
sealed class CompareCommand : ExampleCommand
{
    readonly Argument<string[]> _runs = CommonOptions.Paths(
        "run",
        "Run folders: runs/x/seed-0, or runs/x for all its seeds."
    );

    readonly Option<string?> _baseline = CommonOptions.PathOption(
        "--baseline",
        "The run folder that delta_p is measured against; without it there is no delta_p.",
        "run"
    );

    readonly Option<bool> _settings = new("--settings")
    {
        Description = "Show the keys of the experiments that differ, too.",
    };

    readonly Option<bool> _json = CommonOptions.Json();

    CompareCommand()
        : base(
            "compare",
            "Show finished runs side by side, with delta_p against one of them.",
            "etrnlp compare runs/etr runs/nlp --baseline runs/hard_sharing"
        )
    {
        Add(_runs);
        Add(_baseline);
        Add(_settings);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new CompareCommand();

    int Run(ParseResult parse)
    {
        var (output, settings) = (parse.InvocationConfiguration.Output, parse.GetValue(_settings));
        string[] baselines = parse.GetValue(_baseline) is { } path ? [path] : [];
        var found = ExperimentChecks.ForEach(
            baselines.Concat(parse.GetRequiredValue(_runs)).Select(Path.GetFullPath).Distinct(),
            FinishedRuns.In
        );
        var groups = found.Select(one => one.Group).ToArray();
        Array.ForEach(groups, groups[0].RequireComparable);
        foreach (var folder in found.SelectMany(one => one.Unfinished))
        {
            parse.Notices().WriteLine($"{folder} is not done and is left out; etrnlp train continues it");
        }

        var baseline = baselines.Length > 0 ? groups[0] : null;
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(output, Json(found, baseline, settings));
            return ExitCode.Done;
        }

        Screen.Write(output, new ComparisonTable(groups, baseline, Screen.Of(output).Profile.Width).Text());
        if (settings)
        {
            output.WriteLine();
            Screen.Write(output, SettingsTable.Of(found));
        }

        return ExitCode.Done;
    }

    static JsonObject Json(IReadOnlyList<FinishedRuns> found, SeedGroup? baseline, bool settings)
    {
        var json = new JsonObject
        {
            ["baseline"] = baseline?.Name,
            ["split"] = found[0].Group.Split,
            ["runs"] = JsonOutput.Array(found.Select(one => Json(one.Group, baseline))),
            ["not_done"] = JsonOutput.Array(found.SelectMany(one => one.Unfinished)),
        };
        if (settings)
        {
            json["settings"] = SettingsTable.Json(found);
        }

        return json;
    }

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
            [ResultKeys.DeltaP] = baseline is null || ReferenceEquals(group, baseline)
                ? null
                : group.Against(baseline).ToJson(JsonOutput.Spread),
            [ResultKeys.Parameters] = new JsonObject
            {
                [ResultKeys.ActiveParameters] = first.Parameters.Active,
                [ResultKeys.TotalParameters] = first.Parameters.Total,
            },
            [ResultKeys.Macs] = first.Macs,
        };
    }
}
