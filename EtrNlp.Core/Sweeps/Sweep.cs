using System.Collections.Immutable;
using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>One row of a sweep's table: a name, what it sets, and the experiment that results.</summary>
/// <param name="Name">The folder of its runs, below the sweep's.</param>
/// <param name="Settings">Keys that are varied, with the labels of their values.</param>
/// <param name="File">The experiment.</param>
/// <param name="Resolved">What its runs are started from.</param>
/// <param name="Below">A folder between the sweep's and its own; empty where there is none.</param>
/// <param name="Seeds">Its seeds; null: the sweep's.</param>
public sealed record SweepConfiguration(
    string Name,
    ImmutableArray<(string Key, string Value)> Settings,
    ExperimentFile File,
    MapNode Resolved,
    string Below = "",
    ImmutableArray<int>? Seeds = null
);

/// <summary>One run of a sweep.</summary>
/// <param name="Configuration">What it is a run of.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="ExperimentPath">The file it is started from.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Needs">The baseline's run of the same seed, which is done first; null where there is none.</param>
public sealed record SweepRun(
    SweepConfiguration Configuration,
    int Seed,
    string ExperimentPath,
    RunFolder Folder,
    SweepRun? Needs
)
{
    /// <summary>What people call it.</summary>
    public string Title => string.Create(CultureInfo.InvariantCulture, $"{Configuration.Name} seed {Seed}");
}

/// <summary>A sweep with every experiment resolved and checked: nothing of it has been started or written.</summary>
/// <param name="Name">The name of the sweep.</param>
/// <param name="Folder">
/// Full path of <c>runs/&lt;sweep&gt;</c>: one folder per configuration, and the baseline's.
/// </param>
/// <param name="Baseline">The baseline of the experiment that is varied, shared by all runs, or null.</param>
/// <param name="Configurations">In the order of the axes.</param>
/// <param name="Seeds">Of every configuration that has none of its own, and of the baseline.</param>
/// <param name="Notices">What the user should know about how files were read.</param>
public sealed record Sweep(
    string Name,
    string Folder,
    SweepConfiguration? Baseline,
    ImmutableArray<SweepConfiguration> Configurations,
    ImmutableArray<int> Seeds,
    IReadOnlyList<string> Notices
)
{
    /// <summary>File name of the table for programs, in the sweep's folder.</summary>
    public const string CsvName = "table.csv";

    /// <summary>File name of the table for people, in the sweep's folder.</summary>
    public const string MarkdownName = "table.md";

    /// <summary>What lies in the folder beside those of configurations.</summary>
    internal static readonly string[] FilesBeside = [CsvName, MarkdownName];

    /// <summary>How the best of the configurations is searched for; null: all are trained to their end.</summary>
    public Halving? Halving { get; init; }

    /// <summary>The search for the best; null where all are trained to their end.</summary>
    public HalvedSweep? Search => Halving is { } halving ? new HalvedSweep(this, halving) : null;

    /// <summary>The sweeps to train one after the other, each known when those before have ended.</summary>
    public IEnumerable<Sweep> Stages => Search?.Stages() ?? [this];

    /// <summary>What people call it where it is one of several stages; null where it is the whole.</summary>
    public string? Title { get; init; }

    /// <summary>Every run, in the order they are started: those of the baseline first.</summary>
    public ImmutableArray<SweepRun> Runs { get; } = [.. All(Folder, Baseline, Configurations, Seeds)];

    /// <summary>The experiments of every configuration and of the baseline.</summary>
    public IEnumerable<ExperimentFile> Files =>
        Configurations.Append(Baseline).OfType<SweepConfiguration>().Select(one => one.File);

    /// <summary>The runs that have no result, in the same order.</summary>
    public IEnumerable<SweepRun> Missing => Runs.Where(run => !run.Folder.IsDone);

    /// <summary>The finished runs of a configuration, or null where none is.</summary>
    public SeedGroup? Finished(SweepConfiguration configuration)
    {
        var done = SeedsOf(configuration)
            .Select(seed => FolderOf(configuration, seed))
            .Where(folder => folder.IsDone)
            .Select(folder => HeldRun.In(folder).Result())
            .ToArray();
        return done.Length == 0 ? null : new SeedGroup([.. done]);
    }

    /// <summary>The seeds of which a configuration has no result.</summary>
    public IEnumerable<int> MissingSeeds(SweepConfiguration configuration) =>
        SeedsOf(configuration).Where(seed => !FolderOf(configuration, seed).IsDone);

    /// <summary>The folder of one of its runs, whether there is one or not.</summary>
    public RunFolder FolderOf(SweepConfiguration configuration, int seed) => FolderOf(Folder, configuration, seed);

    ImmutableArray<int> SeedsOf(SweepConfiguration configuration) => configuration.Seeds ?? Seeds;

    /// <summary>Keeps a second sweep off the folder until it is disposed.</summary>
    /// <exception cref="RunException">Another process has it.</exception>
    public IDisposable Claim() => RunLock.Take(new RunFolder(Folder));

    /// <summary>
    /// Moves every run that is there aside, so that all begin anew; returns how many. None is moved where another
    /// process works in one.
    /// </summary>
    /// <exception cref="RunException">Another process does.</exception>
    public int MoveAside()
    {
        RunFolder[] folders = [.. Runs.Select(run => run.Folder).Where(folder => Directory.Exists(folder.Path))];
        if (folders.FirstOrDefault(RunLease.IsTaken) is { } taken)
        {
            throw RunLock.Busy(RunLock.Unnamed, taken.Path);
        }

        using var claims = RunLock.TakeAll(
            folders.Select(folder => (Func<IDisposable>)(() => RunLock.Take(folder)))
        );
        Array.ForEach(folders, folder => folder.MoveAside());
        return folders.Length;
    }

    /// <summary>
    /// Writes the experiment files that runs are started from. Runs that are done with fewer epochs get theirs.
    /// </summary>
    public void Write()
    {
        foreach (var run in Runs.Where(run => run.Folder.IsDone))
        {
            if (run.Folder.EpochsBefore(run.Configuration.Resolved) is not null)
            {
                run.Folder.Extend(TrainingConfig.EpochsIn(run.Configuration.Resolved)!.Value);
            }
        }

        foreach (var one in Configurations.Concat(Baseline is null ? [] : [Baseline]))
        {
            var (path, text) = (ExperimentPath(Folder, one), YamlWriter.Write(one.Resolved));
            if (!File.Exists(path) || File.ReadAllText(path) != text) // jobs of a cluster may be reading it
            {
                AtomicFile.WriteText(path, text);
            }
        }
    }

    static IEnumerable<SweepRun> All(
        string folder,
        SweepConfiguration? baseline,
        ImmutableArray<SweepConfiguration> configurations,
        ImmutableArray<int> seeds
    )
    {
        var first = baseline is null ? [] : seeds.Select(seed => Run(baseline, seed, null)).ToArray();
        return first.Concat(
            configurations.SelectMany(one =>
                (one.Seeds ?? seeds).Select((seed, i) => Run(one, seed, first.ElementAtOrDefault(i)))
            )
        );

        SweepRun Run(SweepConfiguration one, int seed, SweepRun? needs) =>
            new(one, seed, ExperimentPath(folder, one), FolderOf(folder, one, seed), needs);
    }

    static RunFolder FolderOf(string folder, SweepConfiguration one, int seed) =>
        RunFolder.Of(Path.Combine(folder, one.Below), one.Name, seed);

    static string ExperimentPath(string folder, SweepConfiguration one) =>
        Path.Combine(folder, one.Below, one.Name, RunFolder.ExperimentName);
}
