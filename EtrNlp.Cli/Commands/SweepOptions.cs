using System.CommandLine;
using System.Globalization;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>The options of commands that train many runs.</summary>
sealed class SweepOptions
{
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _runs = CommonOptions.Runs();

    readonly Option<string> _device = CommonOptions.Device(
        "auto, cpu, cuda[:n], or several with commas: with --jobs, runs are dealt out to them in turn; "
            + "auto and cuda are then every GPU."
    );

    readonly Option<string?> _threads = CommonOptions.Threads();
    readonly Option<int> _jobs = NewJobs();
    readonly Option<uint> _every = CommonOptions.CheckpointEvery();
    readonly Option<uint> _examples = CommonOptions.Examples();
    readonly Option<bool> _tensorboard = CommonOptions.Tensorboard();

    /// <summary>Adds them to a command.</summary>
    internal SweepOptions(Command command) =>
        Array.ForEach<Option>([_set, _runs, _device, _threads, _jobs, _every, _examples, _tensorboard], command.Add);

    internal string[] Overrides(ParseResult parse) => CommonOptions.Overrides(parse, _set, _threads);

    internal IReadOnlyList<string> Set(ParseResult parse) => parse.GetValue(_set) ?? [];

    internal string Runs(ParseResult parse) => parse.GetRequiredValue(_runs);

    internal int Jobs(ParseResult parse) => parse.GetRequiredValue(_jobs);

    internal int Drawn(ParseResult parse) => CommonOptions.Count(parse, _examples);

    internal string CacheFolder(ParseResult parse) => RunOptions.CacheBeside(Path.GetFullPath(Runs(parse)));

    internal IReadOnlyList<string> Devices(ParseResult parse) =>
        DeviceSlots.Devices(parse.GetRequiredValue(_device), Jobs(parse), TorchDevices.CountGpus);

    /// <summary>The training of a sweep, whose devices are there and can compute it.</summary>
    internal SweepTraining Training(Sweep sweep, ParseResult parse)
    {
        var devices = Devices(parse);
        RequireUsable(sweep, devices);
        return new SweepTraining(Jobs(parse), new DeviceSlots(devices, Jobs(parse)), OfRuns(parse));
    }

    /// <summary>Refuses pictures of runs that predict no pixels.</summary>
    /// <exception cref="DataException">They were asked for.</exception>
    internal void RequireSomethingToDraw(Sweep sweep, ParseResult parse) =>
        Array.ForEach([.. sweep.Files], one => Examples.RequireSome(one.Experiment, Drawn(parse)));

    /// <summary>The exit code where every run has a result.</summary>
    /// <exception cref="RunException">Some have none.</exception>
    internal static int Ended(Sweep sweep, IReadOnlyList<FailedRun> failed) =>
        failed.Count == 0
            ? ExitCode.Done
            : throw new RunException(
                FormattableString.Invariant(
                    $"{failed.Count} of {sweep.Runs.Length} runs have no result; the same command tries them again"
                )
            );

    // What every run is started with.
    string[] OfRuns(ParseResult parse) =>
        [
            "--cache",
            CacheFolder(parse),
            "--checkpoint-every",
            parse.GetRequiredValue(_every).ToString(CultureInfo.InvariantCulture),
            "--examples",
            Drawn(parse).ToString(CultureInfo.InvariantCulture),
            .. parse.GetValue(_tensorboard) ? new[] { _tensorboard.Name } : [],
        ];

    // A device that is not there, or that has not the precision, is refused here and not once for every run.
    static void RequireUsable(Sweep sweep, IReadOnlyList<string> devices)
    {
        ExperimentFile[] files = [.. sweep.Files];
        var needsNoGpu = files.All(file => file.Experiment.Training.Precision != Precision.Tf32);
        foreach (var device in devices.Where(device => !needsNoGpu || device is not ("cpu" or "auto")))
        {
            TorchLibrary.EnsureLoaded();
            ExperimentChecks.RequireDevice(files, Device.Find(device));
        }
    }

    static Option<int> NewJobs()
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
}
