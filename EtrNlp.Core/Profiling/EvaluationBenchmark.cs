using System.Diagnostics;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Profiling;

/// <summary>What a benchmark of the real evaluation found; times are those of one batch, the median.</summary>
/// <param name="BatchSize">Images of a batch.</param>
/// <param name="Tasks">Tasks evaluated on each image.</param>
/// <param name="Batches">Batches measured.</param>
/// <param name="Threads">CPU threads.</param>
/// <param name="ImagesPerSecond">Each image counted once for all tasks.</param>
/// <param name="BatchMilliseconds">A whole batch: waiting for it, every task's forward pass, losses and sums.</param>
/// <param name="DataMilliseconds">Its part: waiting for the batch.</param>
/// <param name="ScoresMilliseconds">Once after the last batch: the scores from the sums.</param>
/// <param name="ResidentBytes">Resident memory before the first batch: the process and the network's tensors.</param>
/// <param name="PeakAboveResidentBytes">
/// Peak of the process above that while evaluating; on a GPU it says nothing about the GPU's memory.
/// </param>
/// <param name="Limit">What the machine can do.</param>
/// <param name="ShareOfLimit">The multiply-accumulates of every pass, as a share of that.</param>
public sealed record EvaluationBenchmarkResult(
    int BatchSize,
    int Tasks,
    int Batches,
    int Threads,
    double ImagesPerSecond,
    double BatchMilliseconds,
    double DataMilliseconds,
    double ScoresMilliseconds,
    long ResidentBytes,
    long PeakAboveResidentBytes,
    MachineLimit Limit,
    double ShareOfLimit
);

/// <summary>Times the evaluation that runs report, on the training images of an experiment.</summary>
public static class EvaluationBenchmark
{
    const int WarmUp = 2;

    /// <summary>Evaluates some batches under the weights a seed starts with.</summary>
    public static EvaluationBenchmarkResult Run(PreparedExperiment bench, int batches, int seed)
    {
        var synchronize = StepBenchmark.Synchronization(bench.Device);
        using var network = new Network(bench.Plan, seed, bench.Device);
        using var team = bench.File.Experiment.Training.Team(network);
        Evaluate(bench, network, team, new Laps(WarmUp, synchronize));
        var resident = ProcessMemory.Settle();
        var laps = new Laps(batches, synchronize);
        var scores = Evaluate(bench, network, team, laps);
        var (seconds, data) = laps.Measured.MedianBy(batch => batch.Seconds);
        var rate = laps.BatchSize / seconds;
        var peak = ProcessMemory.Peak - resident;
        var limit = MachineLimit.Measure(bench.Device, bench.Plan.Precision.FeatureType(), synchronize);
        var work = 2.0 * bench.Plan.Routes * bench.Plan.Macs * rate;
        return new EvaluationBenchmarkResult(
            laps.BatchSize,
            bench.File.Experiment.Tasks.Length,
            batches,
            torch.get_num_threads(),
            rate,
            seconds * 1e3,
            data * 1e3,
            scores * 1e3,
            resident,
            peak,
            limit,
            work / limit.FlopsPerSecond
        );
    }

    // Seconds that the scores took after the last batch.
    static double Evaluate(PreparedExperiment bench, Network network, RouteThreads team, Laps laps)
    {
        Evaluator.Evaluate(
            network,
            bench.File.Experiment.Tasks,
            Split.Train,
            laps.Of(WholeBatches.Of(bench, _ => bench.Batches.Evaluation(Split.Train))),
            team
        );
        return Stopwatch.GetElapsedTime(laps.End).TotalSeconds;
    }

    // Hands out batches and notes when each was asked for, ready and done with: the reader of a sequence asks for the
    // next when done with this one.
    sealed class Laps(int count, Action synchronize)
    {
        internal List<(double Seconds, double DataSeconds)> Measured { get; } = [];

        internal long End { get; private set; }

        internal int BatchSize { get; private set; }

        internal IEnumerable<Batch> Of(IEnumerable<Batch> batches)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var batch in batches.Take(count))
            {
                (BatchSize, var data) = (batch.Count, Stopwatch.GetElapsedTime(start).TotalSeconds);
                yield return batch;
                synchronize();
                Measured.Add((Stopwatch.GetElapsedTime(start).TotalSeconds, data));
                start = Stopwatch.GetTimestamp();
            }

            End = Stopwatch.GetTimestamp(); // the batch that was read ahead and nobody asked for is over
        }
    }
}
