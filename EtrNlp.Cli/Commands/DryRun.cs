using System.Text.Json.Nodes;
using EtrNlp.Cli.Display;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Profiling;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Commands;

/// <summary>
/// <c>etrnlp train --dry-run</c>: what experiments and their baselines will need, and a refusal where that cannot fit.
/// </summary>
static class DryRun
{
    internal static void Run(IEnumerable<ExperimentFile> files, RunOptions options, bool json, TextWriter output)
    {
        var onCpu = Device.Find(options.Device).type == TorchSharp.DeviceType.CPU;
        long? memory = onCpu ? MachineRoom.Memory : null;
        var disk = MachineRoom.Disk(options.RunsFolder);
        var estimates = ExperimentChecks.ForEach(files, file => Estimated(file, memory, disk, options));

        // What cannot fit was refused above: only then is a step tried.
        var timed = estimates
            .Select(one =>
                (
                    one.File,
                    one.Estimate,
                    Seconds: one.Estimate.Seconds(TimedSteps.Measure(one.File.Experiment, one.Plan, options.Device))
                )
            )
            .ToArray();
        if (json)
        {
            JsonOutput.Write(
                output,
                JsonOutput.Array(timed.Select(one => Json(one.File, one.Estimate, one.Seconds, memory, disk)))
            );
            return;
        }

        foreach (var (file, estimate, seconds) in timed)
        {
            var memoryNeeded = $"at least {ByteCount.Text(estimate.MemoryBytes)} memory{Of(memory)}";
            var diskNeeded = $"{ByteCount.Text(estimate.DiskBytes)} disk{Of(disk)}";
            var (name, seeds) = (file.Experiment.Name, file.Experiment.Seeds.Length);
            var time = $"about {Time(seconds)} for {seeds} seeds (reading data not counted)";
            output.WriteLine($"{name}: {memoryNeeded}, {diskNeeded}, {time}");
        }

        if (timed.Length > 1)
        {
            var runs = timed.Sum(one => one.File.Experiment.Seeds.Length);
            var bytes = ByteCount.Text(DiskOf(timed.Select(one => (one.File, one.Estimate))));
            var time = Time(timed.Sum(one => one.Seconds));
            output.WriteLine($"all: {runs} runs, {bytes} disk{Of(disk)}, about {time} one after another");
        }
    }

    // A pack is there once, whoever reads it.
    static long DiskOf(IEnumerable<(ExperimentFile File, RunEstimate Estimate)> all) =>
        all.GroupBy(one => Identity.Text(one.File.Resolved.Child(Experiment.DatasetName)!))
            .Sum(same =>
                same.Sum(one => one.Estimate.DiskBytes - one.Estimate.PackBytes)
                + same.Max(one => one.Estimate.PackBytes)
            );

    static string Time(double seconds) => Durations.Text(TimeSpan.FromSeconds(seconds));

    static (ExperimentFile File, NetworkPlan Plan, RunEstimate Estimate) Estimated(
        ExperimentFile file,
        long? memory,
        long? disk,
        RunOptions options
    )
    {
        var plan = NetworkPlanner.Plan(file.Experiment, file.Experiment.Dataset.Size);
        var estimate = RunEstimate.Of(
            file.Experiment,
            plan,
            PreparedExperiment.Count(file.Experiment),
            options.Examples
        );
        estimate.RequireRoom(file, memory, disk, options.RunsFolder);
        return (file, plan, estimate);
    }

    static JsonObject Json(ExperimentFile file, RunEstimate estimate, double seconds, long? memory, long? disk) =>
        new()
        {
            ["name"] = file.Experiment.Name,
            ["seeds"] = file.Experiment.Seeds.Length,
            ["memory_bytes"] = estimate.MemoryBytes,
            ["memory_available_bytes"] = memory,
            ["disk_bytes"] = estimate.DiskBytes,
            ["disk_available_bytes"] = disk,
            ["seconds"] = seconds,
        };

    static string Of(long? room) => room is { } bytes ? $" of {ByteCount.Text(bytes)}" : "";
}
