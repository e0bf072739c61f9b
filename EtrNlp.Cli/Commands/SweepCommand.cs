using System.CommandLine;
using System.Globalization;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp sweep FILE</c>: trains every configuration of a sweep, several at a time, and writes one table.
/// </summary>
sealed class SweepCommand : ExampleCommand
{
    readonly Argument<string> _file = CommonOptions.File(
        "Sweep file (YAML): name, base, cases, grid, combinations, seeds."
    );

    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _runs = CommonOptions.Runs();

    readonly Option<string> _device = CommonOptions.Device(
        "auto, cpu, cuda[:n], or several with commas: with --jobs, runs are dealt out to them in turn; "
            + "auto and cuda are then every GPU."
    );

    readonly Option<string?> _threads = CommonOptions.Threads();
    readonly Option<int> _jobs = Jobs();

    readonly Option<bool> _restart = new("--restart")
    {
        Description = "Begin every run anew; the old ones are kept beside them.",
    };

    readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Check everything and list the runs; nothing is started or written.",
    };

    readonly Option<uint> _every = CommonOptions.CheckpointEvery();
    readonly Option<uint> _examples = CommonOptions.Examples();
    readonly Option<bool> _json = CommonOptions.Json();

    SweepCommand()
        : base(
            "sweep",
            "Train every configuration of a sweep and its baseline; the same command again trains what is missing "
                + "or failed.",
            "etrnlp sweep experiments/gamma.yaml --jobs 2 --dry-run"
        )
    {
        Add(_file);
        Add(_set);
        Add(_runs);
        Add(_device);
        Add(_threads);
        Add(_jobs);
        Add(_restart);
        Add(_dryRun);
        Add(_every);
        Add(_examples);
        Add(_json);
        WritesFiles = parse => !parse.GetValue(_json) && !parse.GetValue(_dryRun);
        SetAction(Run);
    }

    internal static Command Create() => new SweepCommand();

    async Task<int> Run(ParseResult parse, CancellationToken cancellation)
    {
        var (json, output) = (parse.GetValue(_json), parse.InvocationConfiguration.Output);
        var (sweep, jobs) = (Plan(parse), parse.GetRequiredValue(_jobs));
        if (parse.GetValue(_dryRun))
        {
            SweepList.Write(output, sweep, json);
            return ExitCode.Done;
        }

        var devices = Devices(sweep, parse.GetRequiredValue(_device), jobs);
        using var claim = sweep.Claim();
        if (parse.GetValue(_restart))
        {
            MoveAside(sweep, parse.Notices());
        }

        sweep.Write();
        var failed = await new SweepTraining(jobs, devices, OptionsOfRuns(parse)).RunAsync(
            sweep,
            parse.InvocationConfiguration.Error,
            parse.Notices(),
            cancellation
        );
        Report(sweep, failed, json, output);
        return failed.Count == 0
            ? ExitCode.Done
            : throw new RunException(
                FormattableString.Invariant(
                    $"{failed.Count} of {sweep.Runs.Length} runs have no result; the same command tries them again"
                )
            );
    }

    Sweep Plan(ParseResult parse)
    {
        var notices = parse.Notices();
        var sweep = new SweepPlanner(
            SweepFile.Load(parse.GetRequiredValue(_file)),
            CommonOptions.Overrides(parse, _set, _threads),
            parse.GetRequiredValue(_runs),
            parse.GetRequiredValue(_jobs),
            parse.GetValue(_restart)
        ).Plan(new DataDigests(CacheFolder(parse), notices.WriteLine));
        Array.ForEach([.. sweep.Notices], notices.WriteLine);
        var drawn = CommonOptions.Count(parse, _examples);
        Array.ForEach([.. sweep.Files], one => Examples.RequireSome(one.Experiment, drawn));
        return sweep;
    }

    // What every run is started with.
    string[] OptionsOfRuns(ParseResult parse) =>
        [
            "--cache",
            CacheFolder(parse),
            "--checkpoint-every",
            parse.GetRequiredValue(_every).ToString(CultureInfo.InvariantCulture),
            "--examples",
            CommonOptions.Count(parse, _examples).ToString(CultureInfo.InvariantCulture),
        ];

    string CacheFolder(ParseResult parse) => RunOptions.CacheBeside(Path.GetFullPath(parse.GetRequiredValue(_runs)));

    static Option<int> Jobs()
    {
        var jobs = new Option<int>("--jobs")
        {
            Description = "Runs at a time, each a process with cores / n threads.",
            HelpName = "n",
            DefaultValueFactory = _ => 1,
        };
        jobs.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: { } text }]
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                && n is < 1 or > 1024
            )
            {
                result.AddError($"--jobs {n}: expected 1 to 1024");
            }
        });
        return jobs;
    }

    static void MoveAside(Sweep sweep, TextWriter notices)
    {
        if (sweep.MoveAside() is > 0 and var moved)
        {
            notices.WriteLine(
                FormattableString.Invariant(
                    $"the {moved} runs that were there are kept beside the new ones, as seed-<n>.replaced-<k>"
                )
            );
        }
    }

    // A device that is not there, or that has not the precision, is refused here and not once for every run.
    static DeviceSlots Devices(Sweep sweep, string asked, int jobs)
    {
        var devices = DeviceSlots.Devices(asked, jobs, TorchDevices.CountGpus);
        ExperimentFile[] files = [.. sweep.Files];
        var needsNoGpu = files.All(file => file.Experiment.Training.Precision != Precision.Tf32);
        foreach (var device in devices.Where(device => !needsNoGpu || device is not ("cpu" or "auto")))
        {
            TorchLibrary.EnsureLoaded();
            ExperimentChecks.RequireDevice(files, Device.Find(device));
        }

        return new DeviceSlots(devices, jobs);
    }

    static void Report(Sweep sweep, IReadOnlyList<FailedRun> failed, bool json, TextWriter output)
    {
        var table = new SweepTable(sweep);
        AtomicFile.WriteText(Path.Combine(sweep.Folder, Sweep.CsvName), table.Csv());
        AtomicFile.WriteText(Path.Combine(sweep.Folder, Sweep.MarkdownName), table.Markdown());
        if (json)
        {
            JsonOutput.Write(output, table.Json(failed));
        }
        else
        {
            Screen.Write(output, table.Text());
        }
    }
}
