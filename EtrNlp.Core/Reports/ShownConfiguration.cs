using System.Collections.Immutable;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Reports;

/// <summary>A run as a page shows it.</summary>
/// <param name="Seed">Null where its folder is named after none.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Metrics">The rows of its <c>metrics.csv</c>.</param>
/// <param name="Result">Null where it is not done.</param>
public sealed record ShownRun(
    int? Seed,
    RunFolder Folder,
    RunStatus Status,
    IReadOnlyList<MetricRow> Metrics,
    RunResult? Result
)
{
    /// <summary>What it last computed with; empty where nobody knows.</summary>
    public IReadOnlyList<(string Key, string Text)> Software => EnvironmentFile.LastSoftware(Folder.EnvironmentPath);
}

/// <summary>The runs of one experiment, one of each seed, whether they are done or not.</summary>
/// <param name="Name">The experiment's, told apart from others of that name.</param>
/// <param name="Settings">What they are runs of, with every default.</param>
/// <param name="Runs">In the order of their seeds.</param>
public sealed record ShownConfiguration(string Name, MapNode Settings, ImmutableArray<ShownRun> Runs)
{
    /// <summary>Those that are done; null where none is.</summary>
    public SeedGroup? Finished { get; } =
        Runs.Where(run => run.Result is not null).Select(run => run.Result!.Named(Name)).ToImmutableArray()
            is { IsEmpty: false } done
            ? new SeedGroup(done)
            : null;

    /// <summary>
    /// The configurations below folders, the baseline of others first, and the runs of which something cannot be read.
    /// Runs that were moved aside do not count, unless one is named itself.
    /// </summary>
    /// <exception cref="DataException">A folder holds no run, or cannot be read.</exception>
    /// <exception cref="ConfigException">An experiment in one cannot be read.</exception>
    public static (IReadOnlyList<ShownConfiguration> All, IReadOnlyList<RunStatus> Damaged) Below(
        IEnumerable<IReadOnlyList<RunStatus>> found
    )
    {
        var runs = found.SelectMany(one => one).DistinctBy(run => run.Path).ToArray();
        var groups = runs.Where(run => run.Damage is null)
            .GroupBy(run => IsOfSeed(run.Path) ? Path.GetDirectoryName(run.Path)! : run.Path)
            .Select(group => (Path: group.Key, Runs: group.Select(Read).OrderBy(run => run.Seed).ToImmutableArray()))
            .Select(group =>
                (group.Path, group.Runs, File: ExperimentFile.Held(group.Runs[0].Folder.ExperimentPath))
            )
            .ToArray();
        var names = Names([.. groups.Select(group => (group.Path, group.File.Experiment.Name))]);
        var baselines = groups
            .SelectMany(group => group.Runs)
            .Select(run => run.Result?.BaselineName)
            .ToHashSet();
        return (
            [
                .. groups
                    .Zip(names, (group, name) => (group, name))
                    .OrderBy(one => !baselines.Contains(one.group.File.Experiment.Name))
                    .Select(one => new ShownConfiguration(one.name, one.group.File.Resolved, one.group.Runs)),
            ],
            [.. runs.Where(run => run.Damage is not null)]
        );
    }

    /// <summary>The runs that a folder the user named holds, or is.</summary>
    /// <exception cref="DataException">It holds none, or cannot be read.</exception>
    public static IReadOnlyList<RunStatus> In(string path)
    {
        var found = Directory.Exists(path)
            ? RunStatus
                .Below(path)
                .Where(run => IsOfSeed(run.Path) || run.Path == new RunFolder(Path.GetFullPath(path)).Path)
                .OrderBy(run => Path.GetDirectoryName(run.Path), StringComparer.Ordinal)
                .ToArray()
            : [];
        return found.Length > 0
            ? found
            : throw new DataException(
                Directory.Exists(path)
                    ? $"there are no runs below {path}; etrnlp train and etrnlp sweep make them"
                    : $"there is no folder {path}; expected a run, the folder of a sweep, or one of runs, such as runs"
            );
    }

    static bool IsOfSeed(string path) =>
        new RunFolder(path).Seed is { } seed && Path.GetFileName(path) == $"{RunFolder.SeedPrefix}{seed}";

    static ShownRun Read(RunStatus status)
    {
        var folder = new RunFolder(status.Path);
        return new ShownRun(
            folder.Seed,
            folder,
            status,
            MetricRow.Read(folder.MetricsPath),
            folder.IsDone ? HeldRun.In(folder).Result() : null
        );
    }

    // Two sweeps may have configurations of one name: then that of the folder above stands before it, and a number
    // behind what is still the same.
    static IEnumerable<string> Names(IReadOnlyList<(string Path, string Name)> groups)
    {
        var longer = groups
            .Select(one =>
                groups.Count(other => other.Name == one.Name) == 1
                    ? one.Name
                    : $"{Path.GetFileName(Path.GetDirectoryName(one.Path))}/{one.Name}"
            )
            .ToArray();
        return longer.Select(
            (name, i) => longer[..i].Count(one => one == name) is > 0 and var before ? $"{name} ({before + 1})" : name
        );
    }
}
