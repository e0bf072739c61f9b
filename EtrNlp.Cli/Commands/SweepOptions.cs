using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Cli.Executors;
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
    readonly IReadOnlyList<IExecutorChoice> _executors = KnownExecutors.NewChoices();
    readonly Option<string> _executor;
    readonly Option<uint> _every = CommonOptions.CheckpointEvery();
    readonly Option<uint> _examples = CommonOptions.Examples();
    readonly Option<bool> _tensorboard = CommonOptions.Tensorboard();
    readonly Option<string?> _onEnd = CommonOptions.OnEnd();

    /// <summary>Adds them to a command.</summary>
    internal SweepOptions(Command command)
    {
        _executor = NewExecutor(_executors);
        Option[] own = [_set, _runs, _executor, _jobs, _device, _threads, _every, _examples, _tensorboard, _onEnd];
        Array.ForEach([.. own, .. _executors.SelectMany(choice => choice.Options)], command.Add);
    }

    internal string[] Overrides(ParseResult parse) => CommonOptions.Overrides(parse, _set, _threads);

    internal IReadOnlyList<string> Set(ParseResult parse) => parse.GetValue(_set) ?? [];

    internal string Runs(ParseResult parse) => parse.GetRequiredValue(_runs);

    internal int Jobs(ParseResult parse) => parse.GetRequiredValue(_jobs);

    internal int Drawn(ParseResult parse) => CommonOptions.Count(parse, _examples);

    internal string CacheFolder(ParseResult parse) => RunOptions.CacheBeside(Path.GetFullPath(Runs(parse)));

    internal IReadOnlyList<string> Devices(ParseResult parse) =>
        DeviceSlots.Devices(parse.GetRequiredValue(_device), Jobs(parse), TorchDevices.CountGpus);

    /// <summary>Threads of a run if nothing else says how many.</summary>
    internal int Threads(ParseResult parse, SweepFile? file = null) => Choice(parse).Threads(parse, file);

    /// <summary>What has the runs of a sweep trained.</summary>
    /// <exception cref="DataException">What it needs is not there.</exception>
    internal IExecutor Executor(Sweep sweep, ParseResult parse, SweepFile? file = null) =>
        Choice(parse)
            .Create(
                new ExecutorRequest(
                    parse,
                    file,
                    parse.GetValue<bool>(CommonOptions.JsonName),
                    parse.Notices(),
                    parse.GetResult(_jobs) is { Implicit: false } ? Jobs(parse) : null,
                    () => UsableDevices(sweep, parse),
                    parse.GetRequiredValue(_device),
                    OfRuns(parse)
                )
            );

    /// <summary>
    /// Keeps others off a sweep; null where somebody is at it, and this command would only go on in his place.
    /// </summary>
    /// <exception cref="RunException">Somebody is at it.</exception>
    internal IDisposable? Claim(ParseResult parse, Func<IDisposable> claim)
    {
        try
        {
            return claim();
        }
        catch (RunException e) when (Choice(parse).GoesOn(parse))
        {
            parse.Notices().WriteLine($"nothing to do here: {e.Message}");
            return null;
        }
    }

    // An option of another executor would not be heard.
    IExecutorChoice Choice(ParseResult parse)
    {
        var chosen = _executors.First(choice => choice.Name == parse.GetValue(_executor));
        var (other, foreign) = _executors
            .Where(choice => choice != chosen)
            .SelectMany(choice => choice.Options.Select(option => (choice, option)))
            .FirstOrDefault(pair => parse.GetResult(pair.option) is { Implicit: false });
        return foreign is null
            ? chosen
            : throw new ConfigException(
                Place.OnCommandLine(foreign.Name),
                $"is of --executor {other.Name}, and this is {chosen.Name}"
            );
    }

    /// <summary>Refuses pictures of runs that predict no pixels.</summary>
    /// <exception cref="DataException">They were asked for.</exception>
    internal void RequireSomethingToDraw(Sweep sweep, ParseResult parse) =>
        Array.ForEach([.. sweep.Files], one => Examples.RequireSome(one.Experiment, Drawn(parse)));

    /// <summary>The exit code; a command that went on for others has done its part if some runs have failed.</summary>
    /// <exception cref="RunException">Some have no result.</exception>
    internal int Ended(ParseResult parse, Sweep sweep, IReadOnlyList<FailedRun> failed)
    {
        if (failed.Count == 0)
        {
            return ExitCode.Done;
        }

        var sentence = FormattableString.Invariant(
            $"{failed.Count} of {sweep.Runs.Length} runs have no result; the same command tries them again"
        );
        if (!Choice(parse).GoesOn(parse))
        {
            throw new RunException(sentence);
        }

        parse.Notices().WriteLine(sentence);
        return ExitCode.Done;
    }

    /// <summary>Runs what the user wants done at the end.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="result">What it reads.</param>
    /// <exception cref="RunException">It failed.</exception>
    internal async Task AtEnd(ParseResult parse, Func<JsonNode> result)
    {
        if (parse.GetValue(_onEnd) is { } command)
        {
            await EndCommand.Run(command, result(), parse.InvocationConfiguration.Error);
        }
    }

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
    DeviceSlots UsableDevices(Sweep sweep, ParseResult parse)
    {
        var devices = Devices(parse);
        ExperimentFile[] files = [.. sweep.Files];
        var needsNoGpu = files.All(file => file.Experiment.Training.Precision != Precision.Tf32);
        foreach (var device in devices.Where(device => !needsNoGpu || device is not ("cpu" or "auto")))
        {
            TorchLibrary.EnsureLoaded();
            ExperimentChecks.RequireDevice(files, Device.Find(device));
        }

        return new DeviceSlots(devices, Jobs(parse));
    }

    static Option<string> NewExecutor(IReadOnlyList<IExecutorChoice> choices)
    {
        string[] names = [.. choices.Select(choice => choice.Name)];
        var option = new Option<string>("--executor")
        {
            Description =
                $"Who trains the runs. {string.Join("; ", choices.Select(one => $"{one.Name}: {one.Summary}"))}.",
            HelpName = "name",
            DefaultValueFactory = _ => names[0],
        };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    static Option<int> NewJobs()
    {
        var jobs = new Option<int>(IExecutorChoice.JobsName)
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
