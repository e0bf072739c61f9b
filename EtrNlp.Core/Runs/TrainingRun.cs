using System.Diagnostics;
using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
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
    internal const int EvaluationsOfMean = 10; // what dense tasks report, as their numbers swing from epoch to epoch

    readonly PreparedExperiment _bench;
    readonly RunFolder _folder;
    readonly RunOptions _options;
    readonly IRunObserver _observer;
    readonly int _seed;
    readonly MapNode _resolved;
    readonly TrainingSession _session;
    readonly RunCheckpoints _checkpoints;
    readonly MetricsFile _metrics;

    RunProgress _progress;

    public TrainingRun(
        PreparedExperiment bench,
        RunFolder folder,
        MapNode resolved,
        int seed,
        RunOptions options,
        IRunObserver observer
    )
    {
        (_bench, _folder, _seed, _options, _observer) = (bench, folder, seed, options, observer);
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
            seed
        );
        _metrics = new MetricsFile(folder.MetricsPath, observer.Said);
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
        var evaluation = Evaluate(_bench.ReportedSplit, epoch, cancellation);
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
        using var losses = new EpochLosses(_bench.Plan.TaskNames, epoch, _progress, images, batches, fetchEvery);
        var (clock, sinceCheckpoint) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        var before = _progress.Seconds;
        foreach (var batch in _bench.Batches.Training(_seed, epoch, _progress.Batch))
        {
            losses.Add(_session.Step(batch, Factor(epoch, _progress.Batch)), batch.Count);
            _progress = _progress with
            {
                Batch = _progress.Batch + 1,
                Images = _progress.Images + batch.Count,
                Seconds = before + clock.Elapsed.TotalSeconds,
            };
            _observer.Trained(
                new TrainedBatch(
                    epoch,
                    _progress.Batch,
                    batches,
                    _progress.Images / Math.Max(1e-9, _progress.Seconds),
                    losses.Means
                )
            );
            if (cancellation.IsCancellationRequested || sinceCheckpoint.Elapsed >= _options.CheckpointEvery)
            {
                clock.Stop();
                _progress = _progress with { LossSums = losses.Sums() };
                Save();
                cancellation.ThrowIfCancellationRequested();
                sinceCheckpoint.Restart();
                clock.Start();
            }
        }

        _progress = _progress with { LossSums = losses.Sums(), Seconds = before + clock.Elapsed.TotalSeconds };
        FinishEpoch(epoch, losses.Means, cancellation);
    }

    void FinishEpoch(int epoch, IReadOnlyList<(string Task, double Loss)> losses, CancellationToken cancellation)
    {
        var length = _metrics.AppendTraining(epoch, losses);
        var (best, bestScore, last) = (_progress.BestEpoch, _progress.BestScore, _progress.Evaluations);
        if (epoch % Training.EvaluateEvery == 0 || epoch == Training.Epochs)
        {
            var evaluation = EvaluateFinite(Split.Val, epoch, cancellation);
            length = _metrics.AppendEvaluation(epoch, evaluation);
            _observer.Evaluated(epoch, evaluation);
            if (Score(evaluation) is { } score && (bestScore is null || score > bestScore))
            {
                (best, bestScore) = (epoch, score);
            }

            if (CountsForMean(epoch))
            {
                last = last.Add(
                    _bench.ReportedSplit == Split.Val
                        ? evaluation
                        : EvaluateFinite(_bench.ReportedSplit, epoch, cancellation)
                );
                length = _bench.ReportedSplit == Split.Val ? length : _metrics.AppendEvaluation(epoch, last[^1]);
            }
        }

        _progress = _progress with
        {
            Epoch = epoch,
            Batch = 0,
            LossSums = RunProgress.Start(losses.Count).LossSums,
            MetricsLength = length,
            BestEpoch = best,
            BestScore = bestScore,
            Evaluations = last,
        };
        Save();
    }

    // Dense tasks alone report the mean of the last evaluations instead of one checkpoint.
    bool CountsForMean(int epoch)
    {
        var every = Training.EvaluateEvery;
        var left =
            (Training.Epochs / every)
            - (epoch / every)
            + (Training.Epochs % every == 0 || epoch == Training.Epochs ? 0 : 1);
        return left < EvaluationsOfMean && _bench.File.Experiment.Tasks.All(task => task.Kind.IsDense);
    }

    Evaluation EvaluateFinite(Split split, int epoch, CancellationToken cancellation)
    {
        var evaluation = EvaluateOrSave(split, epoch, cancellation);
        return evaluation.Tasks.FirstOrDefault(task => !double.IsFinite(task.Loss)) is not { } broken
            ? evaluation
            : throw new RunException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the {(split == Split.Val ? "validation" : "test")} loss of task '{broken.Task}' is {broken.Loss} after epoch {epoch}; {RunException.NotFiniteRemedy}"
                )
            );
    }

    Evaluation EvaluateOrSave(Split split, int epoch, CancellationToken cancellation)
    {
        try
        {
            return Evaluate(split, epoch, cancellation);
        }
        catch (OperationCanceledException)
        {
            Save(); // every batch of the epoch is done, its end is not
            throw;
        }
    }

    // The best is chosen by attributes only; where a task has no such metric the last checkpoint is reported.
    double? Score(Evaluation evaluation)
    {
        var choosing = _bench
            .File.Experiment.Tasks.Select(task => (task.Kind.Group, Metric: task.Kind.ChoosesCheckpoint))
            .Distinct()
            .ToArray();
        return choosing is [(var group, { } metric)]
            ? evaluation.Means.Single(mean => mean.Group == group && mean.Name == metric).Value
            : null;
    }

    Evaluation Evaluate(Split split, int epoch, CancellationToken cancellation)
    {
        var evaluation = _session.Evaluate(
            split,
            _bench
                .Batches.Evaluation(split)
                .TakeWhile(_ =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    return true;
                })
        );
        if (_options.Examples > 0)
        {
            new Examples(_options.Examples, _folder.ExamplesOf(epoch)).Write(
                _session.Network,
                _bench.File.Experiment,
                split,
                _bench.Batches.Evaluation(split)
            );
        }

        return evaluation;
    }

    double Factor(int epoch, int batch)
    {
        var perEpoch = _bench.Batches.TrainingBatches;
        return Training.Optimizer.Schedule.Factor(
            new Progress(((epoch - 1L) * perEpoch) + batch, perEpoch, (long)Training.Epochs * perEpoch)
        );
    }

    // Every batch but the last of an epoch is full.
    long EpochImages => Math.Min((long)_progress.Batch * Training.BatchSize, _bench.Dataset.Count(Split.Train));

    // Somebody may have removed it meanwhile: what is known is written again.
    void KeepFolder()
    {
        if (_folder.IsClaimed && File.Exists(_folder.EnvironmentPath))
        {
            return;
        }

        _observer.Said(
            $"files of {_folder.Path} were removed during the run; what is known of them is written again, and the rest is lost"
        );
        AtomicFile.WriteText(_folder.ExperimentPath, YamlWriter.Write(_resolved));
        EnvironmentFile.Write(_folder.EnvironmentPath, _options, _bench.Device);
    }

    void Save()
    {
        KeepFolder();
        _progress = _progress with { PeakMemory = Math.Max(_progress.PeakMemory, ProcessMemory.Peak) };
        _checkpoints.Save(_progress);
    }
}
