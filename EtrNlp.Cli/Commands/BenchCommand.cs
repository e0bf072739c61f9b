using System.CommandLine;
using EtrNlp.Cli.Display;
using EtrNlp.Cli.Processes;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Runs;

namespace EtrNlp.Cli.Commands;

/// <summary><c>etrnlp bench FILE</c>: times the real training step of an experiment, or its evaluation.</summary>
sealed class BenchCommand : ExampleCommand
{
    readonly Argument<string> _file = CommonOptions.File();
    readonly Option<string[]> _set = CommonOptions.Set();
    readonly Option<string> _runs = CommonOptions.Runs();
    readonly Option<string> _device = CommonOptions.Device();
    readonly Option<string?> _threads = CommonOptions.Threads();

    readonly Option<int> _steps = new("--steps")
    {
        Description = "Steps, or batches of an evaluation, to measure.",
        DefaultValueFactory = _ => 10,
    };

    readonly Option<bool> _evaluate = new("--evaluate")
    {
        Description = "Time the evaluation of every task instead of training.",
    };

    readonly Option<bool> _json = CommonOptions.Json();

    BenchCommand()
        : base(
            "bench",
            "Time the real training step of an experiment, part by part, beside what the machine can do.",
            "etrnlp bench experiments/smoke.yaml --steps 20"
        )
    {
        Add(_file);
        Add(_set);
        Add(_runs);
        Add(_device);
        Add(_threads);
        Add(_steps);
        Add(_evaluate);
        Add(_json);
        SetAction(Run);
    }

    internal static Command Create() => new BenchCommand();

    int Run(ParseResult parse)
    {
        var (output, json) = (parse.InvocationConfiguration.Output, parse.GetValue(_json));
        using var bench = Open(parse);
        var (count, seed) = (Math.Max(1, parse.GetValue(_steps)), bench.File.Experiment.Seeds[0]);
        if (parse.GetValue(_evaluate))
        {
            Write(output, EvaluationBenchmark.Run(bench, count, seed), Text, json);
        }
        else
        {
            Write(output, StepBenchmark.Run(bench, count, seed), Text, json);
        }

        return ExitCode.Done;
    }

    PreparedExperiment Open(ParseResult parse)
    {
        var experiment = ExperimentChecks
            .Check(
                [parse.GetRequiredValue(_file)],
                CommonOptions.Overrides(parse, _set, _threads),
                new DataDigests("", _ => { })
            )[0]
            .File;
        TorchLibrary.EnsureLoaded();
        var options = new RunOptions(
            parse.GetRequiredValue(_runs),
            parse.GetRequiredValue(_device),
            false,
            "",
            TimeSpan.MaxValue
        );
        var where = Device.Find(options.Device);
        ComputeSettings.Require(experiment, where);
        ComputeSettings.Apply(experiment.Experiment, where);
        return PreparedExperiment.Open(
            experiment,
            options.CacheFolder,
            where,
            parse.Notices().WriteLine,
            CancellationToken.None
        );
    }

    static void Write<T>(TextWriter output, T result, Func<T, string> text, bool json)
    {
        if (json)
        {
            JsonOutput.Write(output, result);
        }
        else
        {
            output.Write(text(result) + output.NewLine);
        }
    }

    static string Text(BenchmarkResult r) =>
        FormattableString.Invariant(
            $"""
            {Speed(r.ImagesPerSecond, r.Tasks, r.BatchSize, r.Threads)}, median of {r.Steps} steps)
            {r.StepMilliseconds:F1} ms a step: {Parts(r)}
            {Machine(r.PeakAboveResidentBytes, r.ResidentBytes, r.ShareOfLimit, r.Limit)}
            """
        );

    static string Text(EvaluationBenchmarkResult r) =>
        FormattableString.Invariant(
            $"""
            {Speed(r.ImagesPerSecond, r.Tasks, r.BatchSize, r.Threads)}, median of {r.Batches} batches)
            {r.BatchMilliseconds:F1} ms a batch, {r.DataMilliseconds:F1} of them for data; {Scores(r)}
            {Machine(r.PeakAboveResidentBytes, r.ResidentBytes, r.ShareOfLimit, r.Limit)}
            """
        );

    static string Speed(double imagesPerSecond, int tasks, int batch, int threads) =>
        FormattableString.Invariant($"{imagesPerSecond:F1} images/s ({tasks} tasks, batch {batch}, {threads} threads");

    static string Parts(BenchmarkResult r) =>
        FormattableString.Invariant($"data {r.DataMilliseconds:F1}, forward {r.ForwardMilliseconds:F1}, ")
        + FormattableString.Invariant($"backward {r.BackwardMilliseconds:F1}, optimizer {r.OptimizerMilliseconds:F1}");

    static string Scores(EvaluationBenchmarkResult r) =>
        FormattableString.Invariant($"{r.ScoresMilliseconds:F1} ms at the end for the scores");

    static string Machine(long peak, long resident, double share, MachineLimit limit) =>
        FormattableString.Invariant(
            $"""
            {peak / 1048576.0:F0} MiB peak above {resident / 1048576.0:F0} MiB resident
            {share:P1} of the machine's {limit.FlopsPerSecond / 1e9:F0} GFLOP/s (copies {limit.CopyBytesPerSecond
                / 1e9:F1} GB/s)
            """
        );
}
