namespace EtrNlp.Core.Runs;

/// <summary>What the command line decides about runs.</summary>
/// <param name="RunsFolder">Where run folders are.</param>
/// <param name="Device">auto, cpu or cuda[:n].</param>
/// <param name="Restart">Begin anew beside an existing folder.</param>
/// <param name="CommandLine">What was typed, for environment.json.</param>
/// <param name="CheckpointEvery">Time between two checkpoints inside an epoch.</param>
public sealed record RunOptions(string RunsFolder, string Device, bool Restart, string CommandLine, TimeSpan CheckpointEvery)
{
    /// <summary>The folder beside run folders for what datasets decoded.</summary>
    internal const string CacheName = ".cache";

    /// <summary>Where datasets keep what they decoded.</summary>
    public string CacheFolder => Path.GetFullPath(Path.Combine(RunsFolder, CacheName));
}
