using System.CommandLine;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.EventFiles;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp train FILE...</c>: trains experiments and, where missing, their baselines; writes run folders.
/// </summary>
sealed class TrainCommand : ExampleCommand
{
    readonly Argument<string[]> _files = CommonOptions.Files();
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _runs = CommonOptions.Runs();
    readonly Option<string> _device = CommonOptions.Device();
    readonly Option<string?> _threads = CommonOptions.Threads();

    readonly Option<bool> _restart = new("--restart") { Description = "Begin anew; the old run is kept beside it." };

    readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Train nothing: estimate memory, disk and time, and refuse what cannot fit.",
    };

    readonly Option<uint> _every = CommonOptions.CheckpointEvery();

    readonly Option<string?> _cache = CommonOptions.PathOption(
        "--cache",
        "Folder of decoded images; default: .cache in the folder of run folders.",
        "folder"
    );

    readonly Option<uint> _examples = CommonOptions.Examples();
    readonly Option<bool> _tensorboard = CommonOptions.Tensorboard();

    readonly Option<string?> _onEnd = CommonOptions.OnEnd();

    readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Do not wait for a baseline that another process is training; refuse.",
    };

    readonly Option<bool> _stopWithParent = new("--stop-with-parent")
    {
        Description =
            "Stop with a checkpoint when standard input ends, "
            + "as it does when the program that started this one is gone.",
    };

    readonly Option<string?> _owner = CommonOptions.Owner();
    readonly Option<bool> _json = CommonOptions.Json();

    TrainCommand()
        : base(
            "train",
            "Train experiments and, where missing, their baselines; the same command continues what was interrupted.",
            "etrnlp train experiments/smoke.yaml --set training.epochs=5"
        )
    {
        Add(_files);
        Add(_set);
        Add(_runs);
        Add(_device);
        Add(_threads);
        Add(_restart);
        Add(_dryRun);
        Add(_every);
        Add(_cache);
        Add(_examples);
        Add(_tensorboard);
        Add(_onEnd);
        Add(_noWait);
        Add(_stopWithParent);
        Add(_owner);
        Add(_json);
        WritesFiles = parse => !parse.GetValue(_json) && !parse.GetValue(_dryRun);
        SetAction(Run);
    }

    internal static Command Create() => new TrainCommand();

    async Task<int> Run(ParseResult parse, CancellationToken cancellation)
    {
        using var parent = parse.GetValue(_stopWithParent) ? new ParentWatch(cancellation) : null;
        var (json, output) = (parse.GetValue(_json), parse.InvocationConfiguration.Output);
        var options = RunOptionsOf(parse);
        var experiments = Check(
            parse.GetRequiredValue(_files),
            CommonOptions.Overrides(parse, _set, _threads),
            options,
            parse.Notices()
        );
        if (parse.GetValue(_dryRun))
        {
            DryRun.Run(
                experiments
                    .SelectMany(one => one.Baseline is null ? [one.File] : new[] { one.Baseline, one.File })
                    .DistinctBy(file => file.Path),
                options,
                jobs: 1,
                json,
                output
            );
            return ExitCode.Done;
        }

        var results = Train(
            experiments,
            options,
            parse.GetValue(_tensorboard),
            parse.Notices(),
            parent?.Token ?? cancellation
        );
        Print(results, json, output);
        if (parse.GetValue(_onEnd) is { } command)
        {
            await EndCommand.Run(command, Json(results), parse.InvocationConfiguration.Error);
        }

        return ExitCode.Done;
    }

    RunOptions RunOptionsOf(ParseResult parse) =>
        new(
            parse.GetRequiredValue(_runs),
            parse.GetRequiredValue(_device),
            parse.GetValue(_restart),
            Environment.CommandLine,
            TimeSpan.FromSeconds(parse.GetRequiredValue(_every)),
            parse.GetValue(_cache),
            CommonOptions.Count(parse, _examples),
            Waits: !parse.GetValue(_noWait),
            Owner: parse.GetValue(_owner)
        );

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
        bool withEvents,
        TextWriter notices,
        CancellationToken cancellation
    )
    {
        using var progress = ProgressDisplay.Choose(notices);
        using var said = cancellation.Register(() =>
            progress.Said("stopping with a checkpoint after this step; Ctrl+C again ends at once")
        );
        IRunObserver observer = withEvents ? new EventObserver(progress) : progress;
        var launcher = new RunLauncher(options, observer, path => RunLog.Open(path, progress.Said));
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
            JsonOutput.Write(output, Json(results));
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

    static JsonArray Json(List<(SeedGroup Group, SeedGroup? Baseline)> results) =>
        JsonOutput.Array(
            results
                .SelectMany(result => (result.Baseline?.Runs ?? []).Concat(result.Group.Runs))
                .DistinctBy(run => run.Path)
                .Select(run => run.Json.DeepClone())
        );
}
