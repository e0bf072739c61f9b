using System.Collections.Immutable;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Reports;

/// <summary>
/// The finished runs below a folder, found by what they computed and not by their names. Threads and the digest of the
/// data do not count, since a file may leave them open; but those of one experiment are of one data.
/// </summary>
public sealed class FinishedExperiments
{
    readonly ILookup<string, RunResult> _runs;

    FinishedExperiments(IReadOnlyList<RunStatus> runs)
    {
        _runs = runs.Where(run => run.State == RunState.Done)
            .Select(run => new RunFolder(run.Path))
            .ToLookup(run => KeyOf(ExperimentFile.Held(run.ExperimentPath)), run => HeldRun.In(run).Result());
        Damaged = [.. runs.Where(run => run.State == RunState.Damaged)];
    }

    /// <summary>The runs of which something cannot be read: none of them counts.</summary>
    public IReadOnlyList<RunStatus> Damaged { get; }

    /// <summary>Looks at every run below a folder that is done; none where there is no such folder.</summary>
    /// <exception cref="DataException">The folder cannot be read.</exception>
    public static FinishedExperiments Below(string folder) =>
        new(Directory.Exists(folder) ? RunStatus.Below(folder) : []);

    /// <summary>
    /// The runs of an experiment, one of each of some seeds, null where there is none; and the folders of those left
    /// out, since most of its seeds are of other data. What is of unknown data stays.
    /// </summary>
    public (SeedGroup? Runs, ImmutableArray<string> OfOtherData) Of(
        ExperimentFile file,
        IReadOnlyCollection<int> seeds
    )
    {
        var all = _runs[KeyOf(file)].Where(run => seeds.Contains(run.Seed)).ToArray();
        var data = all.GroupBy(run => run.Circumstances.Sources)
            .Where(same => same.Key is not null)
            .MaxBy(same => same.Select(run => run.Seed).Distinct().Count())
            ?.Key;
        var runs = all.ToLookup(run => run.Circumstances.Sources is { } sources && sources != data);
        var kept = runs[false].DistinctBy(run => run.Seed).OrderBy(run => run.Seed).ToImmutableArray();
        return (
            kept.IsEmpty ? null : new SeedGroup(kept),
            [.. runs[true].Select(run => run.Circumstances.Path)]
        );
    }

    /// <summary>What an experiment computes, wherever its runs are and whatever it is called.</summary>
    internal static string KeyOf(ExperimentFile file)
    {
        var settings = file.Resolved.Entries.RemoveAll(entry => entry.Key == Experiment.ThreadsName);
        return $"{Identity.Of(file.Resolved with { Entries = settings })} {file.Experiment.InitFromHash}";
    }
}
