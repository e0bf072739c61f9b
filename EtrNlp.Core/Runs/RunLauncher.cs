using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using Serilog;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>Trains an experiment: its missing baseline first, then every seed; what is done already is only read.</summary>
public sealed class RunLauncher(RunOptions options, IRunObserver observer, Func<string, ILogger> openLog)
{
    /// <summary>The results of every seed, and the baseline's.</summary>
    /// <exception cref="ConfigException">The input is wrong.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    /// <exception cref="RunException">A run failed.</exception>
    /// <exception cref="OperationCanceledException">Stopped after a checkpoint.</exception>
    public (IReadOnlyList<RunResult> Runs, IReadOnlyList<RunResult> Baseline) Train(ExperimentFile file, CancellationToken cancellation)
    {
        var baseline = file.LoadBaseline();
        Workbench.Validate(file, Ignore, withData: false);
        foreach (var notice in file.Notices)
        {
            observer.Said(notice);
        }

        var reference = baseline is null ? [] : TrainSeeds(baseline, [], cancellation);
        return (TrainSeeds(file, reference, cancellation), reference);
    }

    List<RunResult> TrainSeeds(ExperimentFile file, IReadOnlyList<RunResult> baseline, CancellationToken cancellation) =>
        [.. file.Experiment.Seeds.Select(seed => TrainSeed(file, seed, baseline, cancellation))];

    RunResult TrainSeed(ExperimentFile file, int seed, IReadOnlyList<RunResult> baseline, CancellationToken cancellation)
    {
        var folder = RunFolder.Of(options.RunsFolder, file.Experiment.Name, seed);
        if (options.Restart && folder.MoveAside() is { } aside)
        {
            observer.Said($"the run that was there is kept in {aside}");
        }

        var resolved = folder.Resolve(file);
        folder.Claim(resolved, file);
        using var claim = RunLock.Take(folder);
        if (folder.IsDone)
        {
            return Finished(RunResult.Read(folder.ResultPath));
        }

        using var log = new LogScope(openLog(folder.LogPath));
        try
        {
            return Finished(Execute(file, resolved, folder, seed, baseline, log.Logger, cancellation));
        }
        catch (Exception e)
        {
            log.Logger.Error(e, "the run stopped");
            throw;
        }
    }

    RunResult Finished(RunResult result)
    {
        observer.Finished(result);
        return result;
    }

    RunResult Execute(
        ExperimentFile file, MapNode resolved, RunFolder folder, int seed, IReadOnlyList<RunResult> baseline, ILogger log, CancellationToken cancellation)
    {
        var device = Device.Find(options.Device);
        torch.set_num_threads(int.Parse(((ScalarNode)resolved.Find(Experiment.ThreadsName)!.Value).Text!, System.Globalization.CultureInfo.InvariantCulture));
        EnvironmentFile.Write(folder.EnvironmentPath, options, device);
        log.Information("seed {Seed} of {Name} on {Device} with {Threads} threads", seed, file.Experiment.Name, device, torch.get_num_threads());
        using var bench = Workbench.Open(file, options.CacheFolder, device, Say(log), cancellation);
        using var run = new TrainingRun(bench, folder, Identity.Of(resolved), seed, options, new LoggingObserver(observer, log));
        var outcome = run.Run(cancellation);
        var result = ResultFile.Create(bench, folder, Identity.Of(resolved), seed, outcome.Evaluation, outcome.Progress, outcome.ReportedEpoch, baseline);
        result.Write();
        return result;
    }

    Action<string> Say(ILogger log) => message =>
    {
        log.Information("{Message}", message);
        observer.Said(message);
    };

    static void Ignore(string message)
    {
    }

    sealed record LogScope(ILogger Logger) : IDisposable
    {
        public void Dispose() => (Logger as IDisposable)?.Dispose();
    }
}
