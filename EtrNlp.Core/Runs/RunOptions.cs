namespace EtrNlp.Core.Runs;

/// <summary>What the command line decides about runs.</summary>
/// <param name="RunsFolder">Where run folders are.</param>
/// <param name="Device">auto, cpu or cuda[:n].</param>
/// <param name="Restart">Begin anew beside an existing folder.</param>
/// <param name="CommandLine">What was typed, for environment.json.</param>
/// <param name="CheckpointEvery">Time between two checkpoints inside an epoch.</param>
/// <param name="Cache">Where datasets keep what they decoded; null: beside the runs.</param>
/// <param name="Examples">Images of every evaluation whose predictions are drawn.</param>
/// <param name="Waits">Wait for a baseline that another process is training; else that is refused.</param>
/// <param name="Owner">
/// What several attempts at one job have in common: one takes a run from another at once. Null has nothing in common
/// with anybody.
/// </param>
public sealed record RunOptions(
    string RunsFolder,
    string Device,
    bool Restart,
    string CommandLine,
    TimeSpan CheckpointEvery,
    string? Cache = null,
    int Examples = 0,
    bool Waits = true,
    string? Owner = null
)
{
    /// <summary>The folder beside run folders for what datasets decoded.</summary>
    internal const string CacheName = ".cache";

    /// <summary>How often a run shows in its folder that its process lives.</summary>
    internal TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a run of another machine has to show nothing to be taken: more than two beats.</summary>
    internal TimeSpan Patience => 2.5 * Beat;

    /// <summary>Full path of where datasets keep what they decoded.</summary>
    public string CacheFolder => Path.GetFullPath(Cache ?? CacheBeside(RunsFolder));

    /// <summary>The cache that runs of one folder share.</summary>
    public static string CacheBeside(string runs) => Path.Combine(runs, CacheName);
}
