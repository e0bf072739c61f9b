using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>What lies already where a sweep's runs are to be.</summary>
static class SweepFolders
{
    /// <summary>Checks that every run can be made, or continued, in its folder.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="data">Knows the data that runs must have been made from; null where nobody asks.</param>
    /// <param name="anew">What is there does not count.</param>
    /// <exception cref="ConfigException">Folders hold other experiments: every mistake.</exception>
    /// <exception cref="DataException">A file is in the way, or a run was made from other data.</exception>
    internal static void Check(Sweep sweep, DataDigests? data, bool anew = false)
    {
        var mistakes = new ConfigMistakes();
        foreach (var run in sweep.Runs)
        {
            run.Folder.RequireNoFileInTheWay();
            if (!anew)
            {
                mistakes.Try(() => Check(run, data));
            }
        }

        mistakes.ThrowIfAny();
    }

    /// <summary>
    /// The threads of the first experiment that is there, since sums depend on them: a sweep that goes on with another
    /// number of jobs keeps them.
    /// </summary>
    /// <param name="folders">Where experiments may be.</param>
    internal static int? ExistingThreads(IEnumerable<string> folders) =>
        folders
            .Select(folder => Path.Combine(folder, RunFolder.ExperimentName))
            .Where(File.Exists)
            .Select(path =>
                YamlReader.ReadFile(path).Child(Experiment.ThreadsName) is ScalarNode { Text: { } text }
                && int.TryParse(text, CultureInfo.InvariantCulture, out var threads)
                    ? threads
                    : (int?)null
            )
            .FirstOrDefault(threads => threads is not null);

    static void Check(SweepRun run, DataDigests? data)
    {
        var (resolved, file) = (run.Configuration.Resolved, run.Configuration.File);
        run.Folder.Check(resolved, file);
        if (data is not null)
        {
            RunData.Check(run.Folder, resolved, () => data.Of(file));
        }
    }
}
