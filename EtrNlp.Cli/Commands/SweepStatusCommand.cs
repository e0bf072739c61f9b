using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Executors;
using EtrNlp.Cli.Processes;
using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp sweep status FOLDER</c>: how far a sweep is, here or in a cluster.</summary>
static class SweepStatusCommand
{
    internal static Argument<string> Folder() =>
        CommonOptions.OnePath("folder", "Folder of a sweep, such as runs/gamma.");

    /// <summary>The full path of that folder.</summary>
    /// <exception cref="DataException">There is none.</exception>
    internal static string PathOf(ParseResult parse, Argument<string> folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parse.GetRequiredValue(folder)));
        return Directory.Exists(path)
            ? path
            : throw new DataException($"there is no folder {path}; name that of a sweep, such as runs/gamma");
    }

    internal static Command Create()
    {
        var (folder, json) = (Folder(), CommonOptions.Json());
        var command = new ExampleCommand(
            "status",
            "Tell how far a sweep is: runs that are done, running, pending with Slurm's reason, or failed with the end "
                + "of their log.",
            "etrnlp sweep status runs/gamma"
        )
        {
            folder,
            json,
        };
        command.SetAction(parse =>
        {
            var path = PathOf(parse, folder);
            var submissions = Submissions.In(path);
            Look(submissions, parse.Notices());
            var (runs, next) = (SweptRun.Of(path, submissions), GoingOn.Of(submissions));
            var output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(json))
            {
                JsonOutput.Write(output, Json(path, runs, next));
            }
            else
            {
                Screen.Write(output, Text(path, runs, next));
            }

            return ExitCode.Done;
        });
        return command;
    }

    // What lies in folders is told all the same.
    static void Look(Submissions submissions, TextWriter notices)
    {
        try
        {
            submissions.Look();
        }
        catch (Exception e) when (e is RunException or DataException)
        {
            notices.WriteLine($"only what lies in the folders is shown: {e.Message}");
        }
    }

    static JsonObject Json(string folder, IReadOnlyList<SweptRun> runs, GoingOn? next) =>
        new()
        {
            ["sweep"] = folder,
            ["counts"] = new JsonObject(
                Counts(runs).Select(count => KeyValuePair.Create(Values.SnakeCase(count.State), (JsonNode?)count.Runs))
            ),
            ["runs"] = JsonOutput.Array(
                runs.Select(run => new JsonObject
                {
                    ["folder"] = run.Folder,
                    ["state"] = Values.SnakeCase(run.State),
                    ["epoch"] = run.Status?.Epoch,
                    ["epochs"] = run.Status?.Epochs,
                    ["job"] = run.Element?.Id,
                    ["job_state"] = run.Element?.Job?.State,
                    ["reason"] = run.Element?.Job?.Reason,
                    ["node"] = run.Element?.Job?.Node,
                    ["last_lines"] = JsonOutput.Array(run.LastLines),
                })
            ),
            ["goes_on"] = next is null
                ? null
                : new JsonObject
                {
                    ["job"] = next.Job.Id,
                    ["job_state"] = next.Job.State,
                    ["reason"] = next.Job.Reason,
                    ["last_lines"] = JsonOutput.Array(next.LastLines),
                },
        };

    static Rows Text(string folder, IReadOnlyList<SweptRun> runs, GoingOn? next)
    {
        var counts = Counts(runs).Select(count => $"{count.Runs} {Word(count.State)}");
        return new Rows([
            new Text($"{Path.GetFileName(folder)}: {Number(runs.Count)} runs: {string.Join(", ", counts)}"),
            .. Running(folder, runs),
            .. Pending(runs),
            .. Others(folder, runs),
            .. next is null ? [] : Text(next),
        ]);
    }

    static IEnumerable<(SweptRunState State, int Runs)> Counts(IReadOnlyList<SweptRun> runs) =>
        runs.GroupBy(run => run.State).OrderBy(same => same.Key).Select(same => (same.Key, same.Count()));

    static IRenderable[] Running(string folder, IReadOnlyList<SweptRun> runs)
    {
        SweptRun[] running = [.. runs.Where(run => run.State == SweptRunState.Running)];
        var table = Screen.NewTable(
            ("running", Justify.Left),
            ("epochs", Justify.Right),
            ("job", Justify.Right),
            ("node", Justify.Left)
        );
        Array.ForEach(
            running,
            run =>
                table.AddTexts(
                    run.NameBelow(folder),
                    Epochs(run.Status),
                    run.Element?.Id ?? "-",
                    run.Element?.Job?.Node ?? "-"
                )
        );
        return running.Length == 0 ? [] : [table];
    }

    static IEnumerable<IRenderable> Pending(IReadOnlyList<SweptRun> runs) =>
        runs.Where(run => run.State == SweptRunState.Pending)
            .GroupBy(run => run.Element!.Job!.Reason)
            .Select(same => new Text($"pending: {Number(same.Count())} runs, {same.Key}"));

    static IEnumerable<IRenderable> Others(string folder, IReadOnlyList<SweptRun> runs) =>
        from run in runs
        where run.State is SweptRunState.Failed or SweptRunState.Interrupted or SweptRunState.Damaged
        from line in WithLog.Lines(Headline(folder, run), run.LastLines)
        select new Text(line);

    static IEnumerable<Text> Text(GoingOn next) =>
        WithLog.Lines(next.Title, next.LastLines).Select(line => new Text(line));

    static string Headline(string folder, SweptRun run)
    {
        var why = run.State switch
        {
            SweptRunState.Damaged => run.Status!.Damage!,
            _ when run.Element is { } element => element.Ended,
            _ => $"{Epochs(run.Status)} epochs",
        };
        return $"{Word(run.State)}: {run.NameBelow(folder)}, {why}";
    }

    static string Epochs(RunStatus? run) =>
        run is null ? "-" : $"{Number(run.Epoch)} of {(run.Epochs is { } all ? Number(all) : "?")}";

    static string Word(SweptRunState state) => Values.SnakeCase(state).Replace('_', ' ');

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
