using System.Diagnostics;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using TorchSharp;

namespace EtrNlp.Core.Profiling;

/// <summary>What a benchmark of the real trainer step found; times are those of one step, the median.</summary>
/// <param name="BatchSize">Images of a step.</param>
/// <param name="Tasks">Tasks trained on each image.</param>
/// <param name="Steps">Steps measured.</param>
/// <param name="Threads">CPU threads.</param>
/// <param name="ImagesPerSecond">Each image counted once for all tasks.</param>
/// <param name="StepMilliseconds">A whole step.</param>
/// <param name="DataMilliseconds">Its part: waiting for the batch.</param>
/// <param name="ForwardMilliseconds">Its part: forward passes and losses.</param>
/// <param name="BackwardMilliseconds">Its part: backward passes, with what is passed forward again for it.</param>
/// <param name="OptimizerMilliseconds">Mean of its part.</param>
/// <param name="ResidentBytes">
/// Resident memory between two steps: the process, the network's and the optimiser's tensors.
/// </param>
/// <param name="PeakAboveResidentBytes">
/// Peak of the process above that while training; on a GPU it says nothing about the GPU's memory.
/// </param>
/// <param name="Limit">What the machine can do.</param>
/// <param name="ShareOfLimit">Three times the forward multiply-accumulates of every pass, as a share of that.</param>
public sealed record BenchmarkResult(
    int BatchSize,
    int Tasks,
    int Steps,
    int Threads,
    double ImagesPerSecond,
    double StepMilliseconds,
    double DataMilliseconds,
    double ForwardMilliseconds,
    double BackwardMilliseconds,
    double OptimizerMilliseconds,
    long ResidentBytes,
    long PeakAboveResidentBytes,
    MachineLimit Limit,
    double ShareOfLimit
);

/// <summary>Times the trainer's own step on an experiment's own data.</summary>
public static class StepBenchmark
{
    const int WarmUp = 2;

    /// <summary>Trains some steps that nobody keeps.</summary>
    public static BenchmarkResult Run(PreparedExperiment bench, int steps, int seed)
    {
        var experiment = bench.File.Experiment;
        var synchronize = Synchronization(bench.Device);
        using var session = new TrainingSession(experiment, bench.Plan, seed, bench.Device);
        using var batches = WholeBatches.Of(bench, epoch => bench.Batches.Training(seed, epoch)).GetEnumerator();
        for (var i = 0; i < WarmUp; i++)
        {
            Step(session, batches, Clock(i), synchronize);
        }

        session.Network.Tensors.DropGradients();
        var resident = ProcessMemory.Settle();
        var measured = Enumerable
            .Range(WarmUp, steps)
            .Select(i => Step(session, batches, Clock(i), synchronize))
            .ToArray();
        var (seconds, parts) = measured.MedianBy(step => step.Seconds);
        var rate = batches.Current.Count / seconds;
        var peak = ProcessMemory.Peak - resident;
        var limit = MachineLimit.Measure(bench.Device, bench.Plan.Precision.FeatureType(), synchronize);
        var work = 2.0 * 3 * bench.Plan.Routes * bench.Plan.Macs * rate;
        return new BenchmarkResult(
            batches.Current.Count,
            experiment.Tasks.Length,
            steps,
            torch.get_num_threads(),
            rate,
            seconds * 1e3,
            parts.Data * 1e3,
            parts.Forward * 1e3,
            parts.Backward * 1e3,
            parts.Optimizer * 1e3,
            resident,
            peak,
            limit,
            work / limit.FlopsPerSecond
        );

        StepClock Clock(int step) => new(seed, step, bench.Batches.TrainingBatches);
    }

    // The parts begin after the whole does, and end before it.
    static (double Seconds, StepTimes Parts) Step(
        TrainingSession session,
        IEnumerator<Batch> batches,
        StepClock clock,
        Action synchronize
    )
    {
        var start = Stopwatch.GetTimestamp();
        var parts = new StepTimes(synchronize);
        batches.MoveNext();
        session.Step(batches.Current, clock, 1, parts).Dispose();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, parts);
    }

    /// <summary>Waits until a device has done what it was given.</summary>
    internal static Action Synchronization(torch.Device device) =>
        device.type == DeviceType.CUDA ? () => torch.cuda.synchronize() : () => { };
}
