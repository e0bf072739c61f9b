using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Reports;

/// <summary>
/// The runs that tables of the paper lack, as one sweep. Each lies where <c>train</c> or <c>sweep</c> would put it, so
/// that either goes on with what was begun. They have no baseline: a report compares rows.
/// </summary>
/// <param name="overrides">What the command line changes in every experiment.</param>
/// <param name="runsFolder">Where runs are.</param>
/// <param name="threads">Threads of each run, if neither its file nor what is in its folder says how many.</param>
/// <param name="data">The data of experiments.</param>
/// <param name="say">Hears what the user should know about the files.</param>
public sealed class Reproduction(
    IReadOnlyList<string> overrides,
    string runsFolder,
    int threads,
    DataDigests data,
    Action<string> say
)
{
    const string Name = "reproduce";

    readonly string _folder = Path.GetFullPath(runsFolder);
    readonly Dictionary<string, (SweepFile File, SweptExperiments Experiments)> _sweeps = [];
    readonly HashSet<string> _seen = [];

    /// <summary>
    /// Checks every experiment of which runs are missing. What is the same in two rows is made once: where
    /// <c>train</c> puts it if one of them is a file of its own.
    /// </summary>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    /// <exception cref="DataException">The data cannot be used, or a folder holds something else.</exception>
    public Sweep Plan(IReadOnlyList<PaperTable> tables)
    {
        var (configurations, mistakes) = (new List<SweepConfiguration>(), new ConfigMistakes());
        foreach (
            var rows in tables
                .SelectMany(table => table.Rows)
                .Where(row => row.Ours?.Missing.Length > 0)
                .GroupBy(row => FinishedExperiments.KeyOf(row.Ours!.File))
        )
        {
            mistakes.Try(() =>
                configurations.Add(Configuration([.. rows.OrderBy(row => row.Paper.Configuration is not null)]))
            );
        }

        mistakes.ThrowIfAny();
        var sweep = new Sweep(Name, _folder, null, [.. configurations], [], []);
        RequireFoldersOfTheirOwn(sweep);
        SweepFolders.Check(sweep, data);
        return sweep;
    }

    /// <summary>
    /// Keeps other such commands off the runs, and the sweeps that some of them belong to, until it is disposed.
    /// </summary>
    /// <exception cref="RunException">Another process has one.</exception>
    public static IDisposable Claim(Sweep sweep) =>
        RunLock.TakeAll([
            () => RunLock.TakeRuns(sweep.Folder),
            .. sweep
                .Configurations.Where(one => one.Below.Length > 0)
                .Select(one => new RunFolder(Path.Combine(sweep.Folder, one.Below)))
                .DistinctBy(folder => folder.Path)
                .Select(folder => (Func<IDisposable>)(() => RunLock.Take(folder))),
        ]);

    SweepConfiguration Configuration(IReadOnlyList<ReportRow> rows)
    {
        var (name, below, file) = Read(rows[0]);
        foreach (var notice in file.Notices)
        {
            say(notice);
        }

        PreparedExperiment.Validate(file, say, withData: _seen.Add(DataDigests.KeyOf(file)));
        var missing = rows.SelectMany(row => row.Ours!.Missing).Distinct().Order().ToArray();
        var folder = Path.Combine(_folder, below, name);
        var threadsOfRuns =
            file.Experiment.Threads
            ?? SweepFolders.ExistingThreads(
                missing.Select(seed => RunFolder.Of(Path.Combine(_folder, below), name, seed).Path).Prepend(folder)
            )
            ?? threads;
        return new SweepConfiguration(
            name,
            [],
            file with
            {
                Experiment = file.Experiment with { Threads = threadsOfRuns }, // a dry run times a step on as many
            },
            new SharedSettings([.. missing], threadsOfRuns, null).Resolve(file, name, null),
            below,
            [.. missing]
        );
    }

    // The row again, now with the data that reports need not have.
    (string Name, string Below, ExperimentFile File) Read(ReportRow row)
    {
        if (row.Paper.Configuration is not { } configuration)
        {
            var file = ExperimentFile.Load(row.Path, overrides);
            return (file.Experiment.Name, "", file);
        }

        if (!_sweeps.TryGetValue(row.Path, out var sweep))
        {
            var file = SweepFile.Load(row.Path);
            sweep = _sweeps[row.Path] = (file, SweptExperiments.Of(file, overrides));
        }

        var swept = sweep.Experiments.All.FirstOrDefault(one => one.Name == configuration)?.File;
        return (configuration, sweep.File.Name, swept ?? sweep.Experiments.Baseline!);
    }

    static void RequireFoldersOfTheirOwn(Sweep sweep)
    {
        var shared = sweep
            .Configurations.GroupBy(one => Path.Combine(one.Below, one.Name))
            .FirstOrDefault(same => same.Count() > 1);
        if (shared is not null)
        {
            var last = shared.Last().File;
            throw new ConfigException(
                last.PlaceOf(Experiment.NameName),
                $"{Experiment.NameName}: {shared.First().File.Path} has the same name '{shared.Key}'; "
                    + "two experiments cannot share a run folder"
            );
        }
    }
}
