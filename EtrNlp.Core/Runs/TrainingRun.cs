using System.Diagnostics;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Runs;

/// <summary>One run of one seed, from its last checkpoint to its result.</summary>
sealed class TrainingRun : IDisposable
{
    readonly Workbench _bench;
    readonly RunFolder _folder;
    readonly RunOptions _options;
    readonly IRunObserver _observer;
    readonly int _seed;
    readonly string _identity;
    readonly Network _network;
    readonly IOptimizerState _optimizer;
    readonly Trainer _trainer;
    readonly MetricsFile _metrics;

    RunProgress _progress;

    public TrainingRun(Workbench bench, RunFolder folder, string identity, int seed, RunOptions options, IRunObserver observer)
    {
        (_bench, _folder, _identity, _seed, _options, _observer) = (bench, folder, identity, seed, options, observer);
        var experiment = bench.File.Experiment;
        _network = new Network(bench.Plan, seed, bench.Device);
        _optimizer = experiment.Training.Optimizer.Start(_network.Tensors);
        _trainer = new Trainer(
            _network, experiment.Tasks, _optimizer, experiment.Update, experiment.Weighting.Weights(experiment.TaskNames), experiment.Training.InactiveGradients);
        _metrics = new MetricsFile(folder.MetricsPath);
        _progress = Resume();
        _metrics.Truncate(_progress.MetricsLength);
    }

    TrainingConfig Training => _bench.File.Experiment.Training;

    /// <summary>Trains the epochs that are left and evaluates the reported checkpoint.</summary>
    public (Evaluation Evaluation, RunProgress Progress, int ReportedEpoch) Run(CancellationToken cancellation)
    {
        _observer.Started(new RunStart(
            _bench.File.Experiment.Name, _seed, _folder.Path, Training.Epochs, _bench.Batches.TrainingBatches, _progress.Epoch + 1, _progress.Batch));
        while (_progress.Epoch < Training.Epochs)
        {
            TrainEpoch(cancellation);
        }

        var reported = _progress.BestEpoch > 0 ? _folder.BestCheckpoint : _folder.LastCheckpoint;
        Checkpoint.Load(reported, _network, null, _identity);
        return (Evaluate(_bench.ReportedSplit), _progress, _progress.BestEpoch > 0 ? _progress.BestEpoch : _progress.Epoch);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
    }

    RunProgress Resume()
    {
        foreach (var path in new[] { _folder.LastCheckpoint, _folder.PreviousCheckpoint }.Where(File.Exists))
        {
            try
            {
                return Checkpoint.Load(path, _network, _optimizer, _identity);
            }
            catch (DataException e) when (path == _folder.LastCheckpoint && File.Exists(_folder.PreviousCheckpoint))
            {
                _observer.Said($"{e.Message}; going on from the one before it");
            }
        }

        return RunProgress.Start(_bench.Plan.TaskNames.Length);
    }

    void TrainEpoch(CancellationToken cancellation)
    {
        var epoch = _progress.Epoch + 1;
        var batches = _bench.Batches.TrainingBatches;
        using var losses = new EpochLosses(_bench.Plan.TaskNames, _progress, fetchEvery: _bench.Device.type == TorchSharp.DeviceType.CPU ? 1 : 50);
        var (clock, sinceCheckpoint) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var (seconds, trained) = (_progress.Seconds, _progress.Images - EpochImages(_progress));
        foreach (var batch in _bench.Batches.Training(_seed, epoch, _progress.Batch))
        {
            losses.Add(_trainer.Step(batch, Factor(epoch, _progress.Batch)), batch.Count, epoch);
            _progress = _progress with { Batch = _progress.Batch + 1, Images = _progress.Images + batch.Count, Seconds = seconds + clock.Elapsed.TotalSeconds };
            Report(epoch, batches, losses);
            var stop = cancellation.IsCancellationRequested;
            if (stop || sinceCheckpoint.Elapsed > _options.CheckpointEvery)
            {
                _progress = _progress with { LossSums = losses.Sums(epoch) };
                Save();
                sinceCheckpoint.Restart();
                cancellation.ThrowIfCancellationRequested();
            }
        }

        FinishEpoch(epoch, losses.Sums(epoch), _progress.Images - trained);
    }

    void FinishEpoch(int epoch, IReadOnlyList<double> sums, long images)
    {
        var length = _metrics.AppendTraining(epoch, _bench.Plan.TaskNames.Select((task, t) => (task, sums[t] / images)));
        var (best, bestScore) = (_progress.BestEpoch, _progress.BestScore);
        if (epoch % Training.EvaluateEvery == 0 || epoch == Training.Epochs)
        {
            var evaluation = Evaluate(Split.Val);
            length = _metrics.AppendEvaluation(epoch, evaluation);
            _observer.Evaluated(epoch, evaluation);
            if (Score(evaluation) is { } score && (bestScore is null || score > bestScore))
            {
                (best, bestScore) = (epoch, score);
            }
        }

        _progress = _progress with
        {
            Epoch = epoch,
            Batch = 0,
            LossSums = RunProgress.Start(_bench.Plan.TaskNames.Length).LossSums,
            MetricsLength = length,
            BestEpoch = best,
            BestScore = bestScore,
        };
        if (best == epoch)
        {
            Checkpoint.Save(_folder.BestCheckpoint, _network, _optimizer, _progress, _identity, _seed);
        }

        Save();
    }

    // The best is chosen by attributes only; where a task has no such metric the last checkpoint is reported.
    double? Score(Evaluation evaluation)
    {
        var choosing = _bench.File.Experiment.Tasks.Select(task => task.Kind.ChoosesCheckpoint).Distinct().ToArray();
        return choosing is [{ } metric] ? evaluation.Means.Single(mean => mean.Name == metric).Value : null;
    }

    Evaluation Evaluate(Split split) => Evaluator.Evaluate(_network, _bench.File.Experiment.Tasks, split, _bench.Batches.Evaluation(split));

    double Factor(int epoch, int batch)
    {
        var perEpoch = _bench.Batches.TrainingBatches;
        return Training.Optimizer.Schedule.Factor(new Progress(((epoch - 1L) * perEpoch) + batch, perEpoch, (long)Training.Epochs * perEpoch));
    }

    long EpochImages(RunProgress progress) => Math.Min((long)progress.Batch * Training.BatchSize, _bench.Dataset.Count(Split.Train));

    void Report(int epoch, int batches, EpochLosses losses)
    {
        var images = Math.Max(1, EpochImages(_progress));
        var means = losses.Fetched.Select((sum, t) => (_bench.Plan.TaskNames[t], sum / images)).ToArray();
        _observer.Trained(new TrainedBatch(epoch, _progress.Batch, batches, _progress.Images / Math.Max(1e-9, _progress.Seconds), means));
    }

    void Save()
    {
        _progress = _progress with { PeakMemory = Math.Max(_progress.PeakMemory, Process.GetCurrentProcess().PeakWorkingSet64) };
        if (File.Exists(_folder.LastCheckpoint))
        {
            File.Move(_folder.LastCheckpoint, _folder.PreviousCheckpoint, overwrite: true);
        }

        Checkpoint.Save(_folder.LastCheckpoint, _network, _optimizer, _progress, _identity, _seed);
    }
}
