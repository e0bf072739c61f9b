using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp train FILE...</c>: trains experiments and, where missing, their baselines; writes run folders.
/// </summary>
static class TrainCommand
{
    internal static Command Create()
    {
        var files = CommonOptions.Files();
        var (set, runs, device, threads) = (
            CommonOptions.Set(),
            CommonOptions.Runs(),
            CommonOptions.Device(),
            CommonOptions.Threads()
        );
        var json = CommonOptions.Json();
        var restart = new Option<bool>("--restart") { Description = "Begin anew; the old run is kept beside it." };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Train nothing: estimate memory, disk and time, and refuse what cannot fit.",
        };
        var every = CommonOptions.CheckpointEvery();
        var cache = CommonOptions.PathOption(
            "--cache",
            "Folder of decoded images; default: .cache in the folder of run folders.",
            "folder"
        );
        var examples = CommonOptions.Examples();
        var noWait = new Option<bool>("--no-wait")
        {
            Description = "Do not wait for a baseline that another process is training; refuse.",
        };
        var stopWithParent = new Option<bool>("--stop-with-parent")
        {
            Description =
                "Stop with a checkpoint when standard input ends, as it does when the program that started this one is gone.",
        };
        var command = new ExampleCommand(
            "train",
            "Train experiments and, where missing, their baselines; the same command continues what was interrupted.",
            "etrnlp train experiments/smoke.yaml --set training.epochs=5"
        )
        {
            files,
            set,
            runs,
            device,
            threads,
            restart,
            dryRun,
            every,
            cache,
            examples,
            noWait,
            stopWithParent,
            json,
        };
        command.WritesFiles = parse => !parse.GetValue(json) && !parse.GetValue(dryRun);
        command.SetAction(
            (parse, cancellation) =>
            {
                using var parent = parse.GetValue(stopWithParent) ? new ParentWatch(cancellation) : null;
                var options = new RunOptions(
                    parse.GetRequiredValue(runs),
                    parse.GetRequiredValue(device),
                    parse.GetValue(restart),
                    Environment.CommandLine,
                    TimeSpan.FromSeconds(parse.GetRequiredValue(every)),
                    parse.GetValue(cache),
                    CommonOptions.Count(parse, examples),
                    Waits: !parse.GetValue(noWait)
                );
                var experiments = Check(
                    parse.GetRequiredValue(files),
                    CommonOptions.Overrides(parse, set, threads),
                    options,
                    parse.Notices()
                );
                if (parse.GetValue(dryRun))
                {
                    DryRun.Run(experiments, options, parse.GetValue(json), parse.InvocationConfiguration.Output);
                    return Task.FromResult(ExitCode.Done);
                }

                var results = Train(experiments, options, parse.Notices(), parent?.Token ?? cancellation);
                Print(results, parse.GetValue(json), parse.InvocationConfiguration.Output);
                return Task.FromResult(ExitCode.Done);
            }
        );
        return command;
    }

    // What can be wrong is found before the first of several experiments has trained for hours.
    static IReadOnlyList<CheckedExperiment> Check(
        string[] files,
        string[] overrides,
        RunOptions options,
        TextWriter notices
    )
    {
        var data = new DataDigests(options.CacheFolder, notices.WriteLine);
        var experiments = ExperimentChecks.Check(files, overrides, data);
        foreach (var one in experiments)
        {
            Examples.RequireSome(one.File.Experiment, options.Examples);
            CheckFolders(one.File, options, data, mayHoldAnything: options.Restart);
            if (one.Baseline is { } baseline)
            {
                CheckFolders(baseline, options, data, mayHoldAnything: false);
            }
        }

        TorchLibrary.EnsureLoaded();
        var device = Device.Find(options.Device);
        ExperimentChecks.RequireDevice(experiments.SelectMany(one => new[] { one.File, one.Baseline }), device);
        return experiments;
    }

    static void CheckFolders(ExperimentFile file, RunOptions options, DataDigests data, bool mayHoldAnything)
    {
        foreach (
            var folder in file.Experiment.Seeds.Select(seed =>
                RunFolder.Of(options.RunsFolder, file.Experiment.Name, seed)
            )
        )
        {
            folder.RequireNoFileInTheWay();
            if (!mayHoldAnything)
            {
                var resolved = folder.Resolve(file);
                folder.Check(resolved, file);
                RunData.Check(folder, resolved, () => data.Of(file));
            }
        }
    }

    static List<(SeedGroup Group, SeedGroup? Baseline)> Train(
        IReadOnlyList<CheckedExperiment> experiments,
        RunOptions options,
        TextWriter notices,
        CancellationToken cancellation
    )
    {
        using var progress = ProgressDisplay.Choose(notices);
        using var said = cancellation.Register(() =>
            progress.Said("stopping with a checkpoint after this step; Ctrl+C again ends at once")
        );
        var launcher = new RunLauncher(options, progress, path => RunLog.Open(path, progress.Said));
        return
        [
            .. experiments
                .Select(one => launcher.Train(one.File, cancellation))
                .Select(trained =>
                    (
                        new SeedGroup([.. trained.Runs]),
                        trained.Baseline.Count == 0 ? null : new SeedGroup([.. trained.Baseline])
                    )
                ),
        ];
    }

    static void Print(List<(SeedGroup Group, SeedGroup? Baseline)> results, bool json, TextWriter output)
    {
        if (json)
        {
            var runs = results
                .SelectMany(result => (result.Baseline?.Runs ?? []).Concat(result.Group.Runs))
                .DistinctBy(run => run.Path);
            JsonOutput.Write(output, JsonOutput.Array(runs.Select(run => run.Json.DeepClone())));
            return;
        }

        // Experiments of one baseline, itself included if it was named, stand side by side.
        foreach (var together in results.GroupBy(result => (result.Baseline ?? result.Group).Runs[0].Path))
        {
            var baseline = together.Select(result => result.Baseline).FirstOrDefault(one => one is not null);
            var groups = together
                .Where(result => baseline is null || result.Baseline is not null)
                .Select(result => result.Group)
                .DistinctBy(group => group.Name)
                .ToArray();
            Screen.Write(output, ResultTable.OfTasks(groups, baseline));
        }
    }
}
