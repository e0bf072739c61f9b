using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>The runs that a sweep is to have, by the experiments that it keeps beside them.</summary>
public static class PlannedRuns
{
    /// <summary>Their folders, whether they are there or not.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <exception cref="ConfigException">An experiment cannot be read.</exception>
    public static IEnumerable<RunFolder> In(string folder) =>
        from configuration in Directory.EnumerateDirectories(folder)
        let path = Path.Combine(configuration, RunFolder.ExperimentName)
        where new RunFolder(configuration).Seed is null && File.Exists(path)
        from seed in ExperimentFile.Held(path).Experiment.Seeds
        select RunFolder.Of(folder, Path.GetFileName(configuration), seed);
}
