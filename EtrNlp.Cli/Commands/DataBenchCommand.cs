using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp data bench FILE</c>: how fast an experiment's training images become batches.</summary>
sealed class DataBenchCommand : ExampleCommand
{
    readonly Argument<string> _file = CommonOptions.File();
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _cache = CommonOptions.Cache();
    readonly Option<string> _device = CommonOptions.Device();
    readonly Option<string?> _threads = CommonOptions.Threads();
    readonly Option<bool> _json = CommonOptions.Json();

    readonly Option<uint> _seconds = new("--seconds")
    {
        Description = "The least time to measure, after one epoch that is not measured.",
        HelpName = "n",
        DefaultValueFactory = _ => 5,
    };

    DataBenchCommand()
        : base(
            "bench",
            "Time how fast training images, shuffled and augmented, become batches of floats.",
            "etrnlp data bench experiments/smoke.yaml --seconds 2"
        )
    {
        Add(_file);
        Add(_set);
        Add(_cache);
        Add(_device);
        Add(_threads);
        Add(_seconds);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new DataBenchCommand();

    int Run(ParseResult parse)
    {
        var overrides = CommonOptions.Overrides(parse, _set, _threads);
        var file = ExperimentChecks.Check([parse.GetRequiredValue(_file)], overrides, null).Single().File;
        var experiment = file.Experiment;
        TorchLibrary.EnsureLoaded();
        var where = Device.Find(parse.GetRequiredValue(_device));
        ComputeSettings.Apply(experiment, where);
        using var dataset = PreparedExperiment.OpenData(
            file,
            Path.GetFullPath(parse.GetRequiredValue(_cache)),
            parse.Notices().WriteLine,
            CancellationToken.None
        );
        var batches = BatchStream.Of(experiment.Dataset, dataset, experiment.Tasks, experiment.Training, where);
        var result = FeedBenchmark.Run(
            batches,
            experiment.Seeds[0],
            TimeSpan.FromSeconds(parse.GetValue(_seconds))
        );
        if (parse.GetValue(_json))
        {
            JsonOutput.Write(parse.InvocationConfiguration.Output, result);
        }
        else
        {
            parse.InvocationConfiguration.Output.WriteLine(
                FormattableString.Invariant($"{result.SamplesPerSecond:N0} samples/s of {experiment.Dataset.Size} ")
                    + FormattableString.Invariant($"in batches of {experiment.Training.BatchSize}, ")
                    + FormattableString.Invariant($"{result.PixelBytesPerSecond / 1e6:N0} MB/s of pixels ")
                    + FormattableString.Invariant($"({result.Samples:N0} samples in {result.Seconds:F1} s)")
            );
        }

        return ExitCode.Done;
    }
}
