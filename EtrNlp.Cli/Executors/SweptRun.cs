using EtrNlp.Cli.Slurm;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Sweeps;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Executors;

/// <summary>What a run of a sweep is found to be.</summary>
enum SweptRunState
{
    /// <summary>It has its result.</summary>
    Done,

    /// <summary>A process works at it.</summary>
    Running,

    /// <summary>A cluster will start it.</summary>
    Pending,

    /// <summary>A cluster's job for it has ended, and it has no result.</summary>
    Failed,

    /// <summary>It can be continued.</summary>
    Interrupted,

    /// <summary>Nobody has started it.</summary>
    NotBegun,

    /// <summary>Something in its folder cannot be read.</summary>
    Damaged,
}

/// <summary>A run of a sweep as its folder and a cluster's queue show it.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="State">What it is found to be.</param>
/// <param name="Status">What its folder says; null where there is none yet.</param>
/// <param name="Element">Its element of the newest array that has it; null if none has.</param>
sealed record SweptRun(string Folder, SweptRunState State, RunStatus? Status, Element? Element)
{
    /// <summary>The end of the log of a run that failed.</summary>
    public IReadOnlyList<string> LastLines =>
        State == SweptRunState.Failed && Element is not null ? Element.LastLines : [];

    /// <summary>Every run of the sweep in a folder, in the order of their paths.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="submissions">What was handed to a cluster, and what that says of it.</param>
    /// <exception cref="DataException">The folder cannot be read.</exception>
    internal static IReadOnlyList<SweptRun> Of(string folder, Submissions submissions)
    {
        var planned = PlannedRuns.In(folder).Select(run => run.Path).ToArray();
        var begun = RunStatus.Below(folder).ToDictionary(run => run.Path);
        var newest = submissions
            .ByRun()
            .GroupBy(pair => submissions.FolderOf(pair.Key), pair => pair.Value)
            .ToDictionary(same => same.Key, same => same.MaxBy(element => element.Array.Number)!);
        return
        [
            .. begun
                .Keys.Concat(newest.Keys)
                .Concat(planned)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(path => Of(path, begun.GetValueOrDefault(path), newest.GetValueOrDefault(path))),
        ];
    }

    static SweptRun Of(string path, RunStatus? status, Element? element)
    {
        var state = (status?.State, element) switch
        {
            (RunState.Done, _) => SweptRunState.Done,
            (_, { Job.IsPending: true }) => SweptRunState.Pending,
            (_, { IsActive: true }) or (RunState.Running, _) => SweptRunState.Running,
            (RunState.Damaged, _) => SweptRunState.Damaged,
            (_, { WasStopped: true }) => SweptRunState.Interrupted,
            (_, { Job: not null } or { WasStarted: true }) => SweptRunState.Failed,
            (RunState.Interrupted, _) => SweptRunState.Interrupted,
            _ => SweptRunState.NotBegun,
        };
        return new SweptRun(path, state, status, element);
    }

    /// <summary>Its path below the sweep's folder.</summary>
    internal string NameBelow(string folder) => Path.GetRelativePath(folder, Folder);
}
