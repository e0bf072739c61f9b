using System.Diagnostics;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Results;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>One run of one seed, from its last checkpoint to its result.</summary>
sealed class TrainingRun : IDisposable
{
    const int FetchLossesEvery = 50; // steps, on a GPU

    readonly PreparedExperiment _bench;
    readonly RunFolder _folder;
    readonly RunOptions _options;
    readonly IRunObserver _observer;
    readonly RunLease _lease;
    readonly int _seed;
    readonly MapNode _resolved;
    readonly TrainingSession _session;
    readonly RunCheckpoints _checkpoints;
    readonly MetricsFile _metrics;
    readonly ReportRule _report;
    readonly RunEvaluator _evaluator;

    RunProgress _progress;

    public TrainingRun(
        PreparedExperiment bench,
        RunFolder folder,
        MapNode resolved,
        int seed,
        RunOptions options,
        IRunObserver observer,
        RunLease lease
    )
    {
        (_bench, _folder, _seed, _options, _observer, _lease) = (bench, folder, seed, options, observer, lease);
        _resolved = resolved;
        ProcessMemory.RestartPeak();
        _session = new TrainingSession(bench.File.Experiment, bench.Plan, seed, bench.Device);
        _checkpoints = new RunCheckpoints(
            bench,
            folder,
            _session.Network,
            _session.Optimizer,
            Identity.Of(resolved),
            folder.EarlierIdentities(resolved),
            seed,
            lease.Require
        );
        _metrics = new MetricsFile(folder.MetricsPath, observer.Said, lease.Require);
        _report = new ReportRule(bench.File.Experiment);
        _evaluator = new RunEvaluator(bench, _session, folder, options.Examples, lease.Require);
        _progress = RunProgress.Start(bench.Plan.TaskNames.Length);
    }

    TrainingConfig Training => _bench.File.Experiment.Training;

    /// <summary>Trains the epochs that are left and evaluates the reported checkpoint.</summary>
    public (Evaluation Evaluation, RunProgress Progress, int ReportedEpoch) Run(CancellationToken cancellation)
    {
        _progress = Resume();
        _metrics.Truncate(_progress.MetricsLength);
        _observer.Started(
            new RunStart(
                _bench.File.Experiment.Name,
                _seed,
                _folder.Path,
                Training.Epochs,
                _bench.Batches.TrainingBatches,
                _progress.Epoch + 1,
                _progress.Batch
            )
        );
        while (_progress.Epoch < Training.Epochs)
        {
            TrainEpoch(cancellation);
        }

        if (_progress.Evaluations.Length > 0)
        {
            return (Evaluation.MeanOf(_progress.Evaluations), _progress, _progress.Epoch);
        }

        var epoch = _checkpoints.LoadReported(_progress);
        var evaluation = _evaluator.Evaluate(_bench.ReportedSplit, epoch, cancellation);
        KeepFolder();
        return (evaluation, _progress, epoch);
    }

    /// <summary>Frees the network and its threads.</summary>
    public void Dispose() => _session.Dispose();

    RunProgress Resume()
    {
        if (_checkpoints.Resume(_observer.Said) is { } progress)
        {
            return progress;
        }

        try
        {
            if (InitialWeights.Of(_bench.File.Experiment with { InitFromHash = InitFromHash }) is { } weights)
            {
                _observer.Said(weights.Load(_session.Network));
            }
        }
        catch (InvalidSettingException e)
        {
            throw _bench.File.At(e);
        }

        return _progress;
    }

    // As it stands in the run's own file: other weights of the same path are another run.
    string? InitFromHash => (_resolved.Child(Experiment.InitFromHashName) as ScalarNode)?.Text;

    void TrainEpoch(CancellationToken cancellation)
    {
        var (epoch, images) = (_progress.Epoch + 1, EpochImages);
        var fetchEvery = _bench.Device.type == DeviceType.CPU ? 1 : FetchLossesEvery;
        var batches = _bench.Batches.TrainingBatches;
        using var means = new EpochMeans(_bench.Plan.TaskNames, epoch, _progress, images, batches, fetchEvery);
        var (clock, sinceCheckpoint) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var before = _progress.Seconds;
        foreach (var batch in _bench.Batches.Training(_seed, epoch, _progress.Batch))
        {
            means.Add(_session.Step(batch, Clock(epoch), Factor(epoch, _progress.Batch)), batch.Count);
            _progress = _progress with
            {
                Batch = _progress.Batch + 1,
                Images = _progress.Images + batch.Count,
                Seconds = before + clock.Elapsed.TotalSeconds,
            };
            Show(epoch, means);
            if (cancellation.IsCancellationRequested || sinceCheckpoint.Elapsed >= _options.CheckpointEvery)
            {
                clock.Stop();
                _progress = means.AddedTo(_progress);
                Save();
                cancellation.ThrowIfCancellationRequested();
                sinceCheckpoint.Restart();
                clock.Start();
            }
        }

        _progress = means.AddedTo(_progress) with { Seconds = before + clock.Elapsed.TotalSeconds };
        FinishEpoch(means, cancellation);
    }

    void Show(int epoch, EpochMeans means) =>
        _observer.Trained(
            new TrainedBatch(
                epoch,
                _progress.Batch,
                _bench.Batches.TrainingBatches,
                _progress.Images / Math.Max(1e-9, _progress.Seconds),
                means.Losses
            )
        );

    void FinishEpoch(EpochMeans means, CancellationToken cancellation)
    {
        var length = _metrics.AppendTraining(_progress.Epoch + 1, means.Losses, means.Weights);
        var finished = _progress.WithEpoch(length);
        if (_report.EvaluatesAfter(finished.Epoch))
        {
            finished = Evaluated(finished, cancellation);
        }

        _progress = finished;
        Save();
    }

    // The progress of a finished epoch with what its evaluations say.
    RunProgress Evaluated(RunProgress finished, CancellationToken cancellation)
    {
        var epoch = finished.Epoch;
        var evaluation = EvaluateOrSave(Split.Val, epoch, cancellation);
        finished = finished with { MetricsLength = _metrics.AppendEvaluation(epoch, evaluation) };
        _observer.Evaluated(epoch, evaluation);
        finished = _report.WithBest(finished, epoch, evaluation);
        var isReported = _report.CountsForMean(epoch);
        if (!isReported && !Training.EvaluateTest)
        {
            return finished;
        }

        if (_bench.ReportedSplit != Split.Val)
        {
            evaluation = EvaluateOrSave(_bench.ReportedSplit, epoch, cancellation);
            finished = finished with { MetricsLength = _metrics.AppendEvaluation(epoch, evaluation) };
        }

        return isReported ? ReportRule.WithCounted(finished, evaluation) : finished;
    }

    Evaluation EvaluateOrSave(Split split, int epoch, CancellationToken cancellation)
    {
        try
        {
            return _evaluator.EvaluateFinite(split, epoch, cancellation);
        }
        catch (OperationCanceledException)
        {
            Save(); // every batch of the epoch is done, its end is not
            throw;
        }
    }

    double Factor(int epoch, int batch)
    {
        var perEpoch = _bench.Batches.TrainingBatches;
        return Training.Optimizer.Schedule.Factor(
            new Progress(((epoch - 1L) * perEpoch) + batch, perEpoch, (long)Training.Epochs * perEpoch)
        );
    }

    // Every batch but the last of an epoch is full.
    StepClock Clock(int epoch)
    {
        long batches = _bench.Batches.TrainingBatches;
        return new StepClock(_seed, ((epoch - 1) * batches) + _progress.Batch, batches);
    }

    long EpochImages => Math.Min((long)_progress.Batch * Training.BatchSize, _bench.Dataset.Count(Split.Train));

    void KeepFolder() =>
        RemovedFiles.Restore(_folder, _resolved, _options, _bench.Device, _observer.Said, _lease.Require);

    void Save()
    {
        KeepFolder();
        _progress = _progress with { PeakMemory = Math.Max(_progress.PeakMemory, ProcessMemory.Peak) };
        _checkpoints.Save(_progress);
    }
}
