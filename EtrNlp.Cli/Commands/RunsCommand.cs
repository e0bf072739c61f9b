using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using Spectre.Console;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp runs [FOLDER]</c>: every run below a folder, from its files alone.</summary>
static class RunsCommand
{
    internal static Command Create()
    {
        var folder = CommonOptions.OnePath("folder", "Folder of run folders.");
        folder.DefaultValueFactory = _ => "runs";
        var json = CommonOptions.Json();
        var command = new ExampleCommand(
            "runs",
            "List every run below a folder: its state, how far it is, its last validation.",
            "etrnlp runs runs --json"
        )
        {
            folder,
            json,
        };
        command.SetAction(parse =>
        {
            var output = parse.InvocationConfiguration.Output;
            var runs = RunStatus.Below(parse.GetRequiredValue(folder));
            if (parse.GetValue(json))
            {
                JsonOutput.Write(output, JsonOutput.Array(runs.Select(Json)));
            }
            else if (runs.Count == 0)
            {
                parse.Notices().WriteLine($"there are no runs below {parse.GetRequiredValue(folder)}");
            }
            else
            {
                Show(runs, parse.GetRequiredValue(folder), output);
            }

            return ExitCode.Done;
        });
        return command;
    }

    static void Show(IReadOnlyList<RunStatus> runs, string folder, TextWriter output)
    {
        var table = Screen.NewTable([
            ("run", Justify.Left),
            ("state", Justify.Left),
            ("epochs", Justify.Right),
            ("validation", Justify.Left),
        ]);
        foreach (var run in runs)
        {
            table.AddTexts(
                Path.GetRelativePath(folder, run.Path),
                Values.SnakeCase(run.State),
                Progress(run),
                Validation(run)
            );
        }

        Screen.Write(
            output,
            new Rows([
                table,
                .. runs.Where(run => run.Damage is not null)
                    .Select(run => new Text($"{Path.GetRelativePath(folder, run.Path)}: {run.Damage}")),
            ])
        );
    }

    static string Progress(RunStatus run)
    {
        var batch = run.Batch > 0 ? Invariant($" + {run.Batch} batches") : "";
        return Invariant($"{run.Epoch}{batch} of {run.Epochs?.ToString(CultureInfo.InvariantCulture) ?? "?"}");
    }

    static string Validation(RunStatus run) =>
        run.ValidationEpoch is not { } epoch
            ? "-"
            : Invariant($"epoch {epoch}: ")
                + string.Join(", ", run.Validation.Select(mean => Invariant($"{mean.Metric} {mean.Value:F4}")));

    static JsonObject Json(RunStatus run) =>
        new()
        {
            ["path"] = run.Path,
            ["state"] = Values.SnakeCase(run.State),
            ["epoch"] = run.Epoch,
            ["epochs"] = run.Epochs,
            ["batch"] = run.Batch,
            ["validation"] = run.ValidationEpoch is null
                ? null
                : new JsonObject
                {
                    ["epoch"] = run.ValidationEpoch,
                    ["mean"] = new JsonObject(
                        run.Validation.Select(mean => KeyValuePair.Create(mean.Metric, (JsonNode?)mean.Value))
                    ),
                },
            ["damage"] = run.Damage,
        };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
