using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;
using Serilog;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>
/// Trains an experiment: its missing baseline first, then every seed; what is done already is only read.
/// </summary>
public sealed class RunLauncher(RunOptions options, IRunObserver observer, Func<string, ILogger> openLog)
{
    readonly DataDigests _data = new(options.CacheFolder, _ => { });

    /// <summary>The results of every seed, and the baseline's.</summary>
    /// <exception cref="ConfigException">The input is wrong.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    /// <exception cref="RunException">A run failed.</exception>
    /// <exception cref="LeaseLostException">Another process has taken a run over.</exception>
    /// <exception cref="OperationCanceledException">Stopped after a checkpoint.</exception>
    public (IReadOnlyList<RunResult> Runs, IReadOnlyList<RunResult> Baseline) Train(
        ExperimentFile file,
        CancellationToken cancellation
    )
    {
        try
        {
            var baseline = file.LoadBaseline();
            foreach (var notice in file.Notices)
            {
                observer.Said(notice);
            }

            cancellation.ThrowIfCancellationRequested(); // nothing is held yet that others may wait for

            // All that can be refused is refused before the first hour of training.
            ExperimentFile[] files = baseline is null ? [file] : [baseline, file];
            Array.ForEach(files, each => PreparedExperiment.Validate(each, observer.Said, withData: false));
            var device = Device.Find(options.Device);
            Array.ForEach(files, each => ComputeSettings.Require(each, device));
            var (own, common) = (Turn(waits: false, cancellation), Turn(options.Waits, cancellation));
            Array.ForEach(
                files,
                each => Prepare(each, options.Restart && each == file, each == file ? own : common, cancellation)
            );

            var reference = baseline is null ? [] : TrainSeeds(baseline, [], common, cancellation);
            return (TrainSeeds(file, reference, own, cancellation), reference);
        }
        catch (Exception e) when (RunException.Of(e) is { } failure)
        {
            throw failure;
        }
    }

    // Experiments have baselines in common, and only one process at a time trains one.
    RunTurn Turn(bool waits, CancellationToken cancellation) => new(options, waits, observer.Said, cancellation);

    RunFolder Folder(ExperimentFile file, int seed) => RunFolder.Of(options.RunsFolder, file.Experiment.Name, seed);

    // A folder that is there is only compared: others may be reading or training in it.
    void Prepare(ExperimentFile file, bool restart, RunTurn turn, CancellationToken cancellation)
    {
        foreach (var folder in file.Experiment.Seeds.Select(seed => Folder(file, seed)))
        {
            using var claim = turn.Take(folder, () => folder.IsClaimed && !restart);
            if (claim is null)
            {
                var resolved = folder.Resolve(file);
                folder.Check(resolved, file);
                RunData.Check(folder, resolved, () => _data.Of(file, cancellation));
                continue;
            }

            if (restart && folder.MoveAside() is { } aside)
            {
                observer.Said($"the run that was there is kept in {aside}");
            }

            folder.Claim(folder.Resolve(file), file);
        }
    }

    List<RunResult> TrainSeeds(
        ExperimentFile file,
        IReadOnlyList<RunResult> baseline,
        RunTurn turn,
        CancellationToken cancellation
    ) => [.. file.Experiment.Seeds.Select(seed => TrainSeed(file, seed, baseline, turn, cancellation))];

    RunResult TrainSeed(
        ExperimentFile file,
        int seed,
        IReadOnlyList<RunResult> baseline,
        RunTurn turn,
        CancellationToken cancellation
    )
    {
        var folder = Folder(file, seed);
        var resolved = folder.Resolve(file);
        using var claim = turn.Take(folder, () => folder.IsDone && folder.EpochsBefore(resolved) is null);
        using var lease = claim is null ? null : new RunLease(folder, claim, options.Owner, options.Beat);
        resolved = folder.Resolve(file); // another process may have been at work meanwhile
        if (folder.Claim(resolved, file, lease is null ? null : lease.Require) is { } extended)
        {
            observer.Said(extended);
        }

        if (lease is null || folder.IsDone)
        {
            RunData.Check(folder, resolved, () => _data.Of(file, cancellation));
            SayIfUnknown(folder);
            return Finished(KeptUpToDate(HeldRun.In(folder).Result(), baseline));
        }

        using var log = new LogScope(openLog(folder.LogPath));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        try
        {
            return Finished(Execute(file, resolved, folder, seed, baseline, lease, log.Logger, stop.Token));
        }
        catch (Exception e) when (e is not LeaseLostException)
        {
            lease.Require(); // if another process has the run by now, that is the reason
            LogEnd(log.Logger, e);
            throw;
        }
    }

    static void LogEnd(ILogger log, Exception e)
    {
        if (e is OperationCanceledException)
        {
            log.Information("stopped on request; the same command goes on");
        }
        else
        {
            log.Error(e, "the run stopped");
        }
    }

    // The baseline may have been named, or trained anew, after the run was done.
    static RunResult KeptUpToDate(RunResult result, IReadOnlyList<RunResult> baseline)
    {
        var compared = result.ComparedWith(baseline);
        if (compared.Json.ToJsonString() != result.Json.ToJsonString())
        {
            compared.Write();
        }

        return compared;
    }

    void SayIfUnknown(RunFolder folder)
    {
        if (folder.Data is null)
        {
            observer.Said(RunData.Unknown(folder));
        }
    }

    RunResult Finished(RunResult result)
    {
        observer.Finished(result);
        return result;
    }

    RunResult Execute(
        ExperimentFile file,
        MapNode resolved,
        RunFolder folder,
        int seed,
        IReadOnlyList<RunResult> baseline,
        RunLease lease,
        ILogger log,
        CancellationToken cancellation
    )
    {
        var device = Device.Find(options.Device);
        ComputeSettings.Apply(
            file.Experiment,
            device,
            int.Parse(((ScalarNode)resolved.Find(Experiment.ThreadsName)!.Value).Text!, CultureInfo.InvariantCulture)
        );
        EnvironmentFile.Write(folder.EnvironmentPath, options, device, lease.Require);
        log.Information(
            "seed {Seed} of {Name} on {Device} with {Threads} threads",
            seed,
            file.Experiment.Name,
            device,
            torch.get_num_threads()
        );
        var told = new LoggingObserver(observer, log, lease.Require);
        using var bench = PreparedExperiment.Open(file, options.CacheFolder, device, told.Said, cancellation);
        var settled = RunData.Settle(folder, file, resolved, bench.Dataset.Digest, lease.Require);
        bench.RequireComparable(baseline);
        using var run = new TrainingRun(bench, folder, settled, seed, options, told, lease);
        var outcome = run.Run(cancellation);
        var result = ResultFile.Create(
            bench,
            folder,
            Identity.Of(settled),
            seed,
            outcome.Evaluation,
            outcome.Progress,
            outcome.ReportedEpoch,
            baseline
        );
        result.Write(lease.Require);
        return result;
    }

    sealed record LogScope(ILogger Logger) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                (Logger as IDisposable)?.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                // What could not be written was told when it was logged.
            }
        }
    }
}
