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
/// <c>--dry-run</c>: what experiments will need, each and together, and a refusal where that cannot fit.
/// </summary>
static class DryRun
{
    internal static void Run(
        IEnumerable<ExperimentFile> files,
        RunOptions options,
        int jobs,
        bool json,
        TextWriter output
    )
    {
        var onCpu = Device.Find(options.Device).type == TorchSharp.DeviceType.CPU;
        long? memory = onCpu ? MachineRoom.Memory : null;
        var disk = MachineRoom.Disk(options.RunsFolder);
        var estimates = ExperimentChecks.ForEach(files, file => Estimated(file, memory, disk, options));
        var total = TotalEstimate.Of([.. estimates.Select(one => (one.File, one.Estimate))], jobs);
        total.RequireRoom(memory, disk, options.RunsFolder);

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
        var seconds = timed.Sum(one => one.Seconds) / Math.Max(1, total.AtOnce);
        if (json)
        {
            var each = timed.Select(one => Json(one.File, one.Estimate, one.Seconds, memory, disk));
            JsonOutput.Write(
                output,
                new JsonObject
                {
                    ["experiments"] = JsonOutput.Array(each),
                    ["all"] = Json(total, seconds, memory, disk),
                }
            );
            return;
        }

        foreach (var one in timed)
        {
            output.WriteLine(Text(one.File, one.Estimate, one.Seconds, memory, disk));
        }

        if (timed.Length > 1 || total.AtOnce > 1)
        {
            output.WriteLine(Text(total, seconds, memory, disk));
        }
    }

    static string Text(ExperimentFile file, RunEstimate estimate, double seconds, long? memory, long? disk)
    {
        var memoryNeeded = $"at least {ByteCount.Text(estimate.MemoryBytes)} memory{Of(memory)}";
        var diskNeeded = $"{ByteCount.Text(estimate.DiskBytes)} disk{Of(disk)}";
        var (name, seeds) = (file.Experiment.Name, file.Experiment.Seeds.Length);
        var time = $"about {Time(seconds)} for {seeds} seeds (reading data not counted)";
        return $"{name}: {memoryNeeded}, {diskNeeded}, {time}";
    }

    static string Text(TotalEstimate total, double seconds, long? memory, long? disk)
    {
        var diskNeeded = $"{ByteCount.Text(total.DiskBytes)} disk{Of(disk)}";
        return total.AtOnce == 1
            ? $"all: {total.Runs} runs, {diskNeeded}, about {Time(seconds)} one after another"
            : $"all: {total.Runs} runs, {total.AtOnce} at a time, at least {ByteCount.Text(total.MemoryBytes)} "
                + $"memory{Of(memory)}, {diskNeeded}, about {Time(seconds)}";
    }

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

    static JsonObject Json(TotalEstimate total, double seconds, long? memory, long? disk) =>
        new()
        {
            ["runs"] = total.Runs,
            ["runs_at_a_time"] = total.AtOnce,
            ["memory_bytes"] = total.MemoryBytes,
            ["memory_available_bytes"] = memory,
            ["disk_bytes"] = total.DiskBytes,
            ["disk_available_bytes"] = disk,
            ["seconds"] = seconds,
        };

    static string Of(long? room) => room is { } bytes ? $" of {ByteCount.Text(bytes)}" : "";
}
