using System.CommandLine;
using EtrNlp.Core.Benchmarks;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Native;
using EtrNlp.Core.Runs;
using TorchSharp;

namespace EtrNlp.Cli;

/// <summary><c>etrnlp bench FILE</c>: times the real training step of an experiment.</summary>
static class BenchCommand
{
    internal static Command Create()
    {
        var (file, set, runs, device, threads, json) =
            (CommonOptions.File(), CommonOptions.Set(), CommonOptions.Runs(), CommonOptions.Device(), CommonOptions.Threads(), CommonOptions.Json());
        var steps = new Option<int>("--steps") { Description = "Steps to measure.", DefaultValueFactory = _ => 10 };
        var command = new ExampleCommand(
            "bench", "Time the real training step of an experiment, part by part, beside what the machine can do.", "etrnlp bench experiments/smoke.yaml --steps 20")
        {
            file, set, runs, device, threads, steps, json,
        };
        command.SetAction(parse =>
        {
            var output = parse.InvocationConfiguration.Output;
            var experiment = ExperimentChecks.Check([parse.GetRequiredValue(file)], CommonOptions.Overrides(parse, set, threads), withData: true)[0].File;
            TorchLibrary.EnsureLoaded();
            torch.set_num_threads(experiment.Experiment.Threads ?? Environment.ProcessorCount);
            var options = new RunOptions(parse.GetRequiredValue(runs), parse.GetRequiredValue(device), false, "", TimeSpan.MaxValue);
            using var bench = Workbench.Open(experiment, options.CacheFolder, Device.Find(options.Device), parse.Notices().WriteLine, CancellationToken.None);
            var result = StepBenchmark.Run(bench, Math.Max(1, parse.GetValue(steps)), experiment.Experiment.Seeds[0]);
            if (parse.GetValue(json))
            {
                JsonOutput.Write(output, result);
            }
            else
            {
                output.WriteLine(Text(result));
            }

            return ExitCode.Done;
        });
        return command;
    }

    static string Text(BenchmarkResult r) => FormattableString.Invariant($"""
        {r.ImagesPerSecond:F1} images/s ({r.Tasks} tasks, batch {r.BatchSize}, {r.Threads} threads, median of {r.Steps} steps)
        {r.StepMilliseconds:F1} ms a step: data {r.DataMilliseconds:F1}, forward {r.ForwardMilliseconds:F1}, backward {r.BackwardMilliseconds:F1}, optimizer {r.OptimizerMilliseconds:F1}
        {r.PeakAboveResidentBytes / 1048576.0:F0} MiB peak above {r.ResidentBytes / 1048576.0:F0} MiB resident
        {r.ShareOfLimit:P1} of the machine's {r.Limit.FlopsPerSecond / 1e9:F0} GFLOP/s (copies {r.Limit.CopyBytesPerSecond / 1e9:F1} GB/s)
        """);
}
