using System.Globalization;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>
/// <c>runs/&lt;name&gt;/seed-&lt;n&gt;/</c>: the whole truth of a run. Where <c>result.json</c> is, the run is done, everywhere.
/// </summary>
public sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The resolved experiment.</summary>
    public string ExperimentPath => In("experiment.yaml");

    /// <summary>Versions, machine, command line.</summary>
    public string EnvironmentPath => In("environment.json");

    /// <summary>The log.</summary>
    public string LogPath => In("log.txt");

    /// <summary>Metrics by epoch.</summary>
    public string MetricsPath => In("metrics.csv");

    /// <summary>The result; present only when the run is complete.</summary>
    public string ResultPath => In("result.json");

    /// <summary>The newest checkpoint, the one before it, and the one with the best validation score.</summary>
    public string LastCheckpoint => In("checkpoints/last.safetensors");

    /// <inheritdoc cref="LastCheckpoint"/>
    public string PreviousCheckpoint => In("checkpoints/previous.safetensors");

    /// <inheritdoc cref="LastCheckpoint"/>
    public string BestCheckpoint => In("checkpoints/best.safetensors");

    /// <summary>Where a last checkpoint goes that could not be read.</summary>
    public string DamagedCheckpoint => In("checkpoints/damaged.safetensors");

    /// <summary>True where the folder belongs to an experiment.</summary>
    public bool IsClaimed => File.Exists(ExperimentPath);

    /// <summary>True where the run is complete.</summary>
    public bool IsDone => File.Exists(ResultPath);

    /// <summary>The folder of a run.</summary>
    public static RunFolder Of(string runs, string name, int seed) => new(System.IO.Path.GetFullPath(System.IO.Path.Combine(runs, name, $"seed-{seed}")));

    /// <summary>
    /// Moves an existing folder aside, so that a run can begin anew beside it: nothing is ever written over.
    /// </summary>
    public string? MoveAside()
    {
        if (!Directory.Exists(Path))
        {
            return null;
        }

        var aside = Enumerable.Range(1, int.MaxValue).Select(k => $"{Path}.replaced-{k}").First(candidate => !System.IO.Path.Exists(candidate));
        Directory.Move(Path, aside);
        return aside;
    }

    /// <summary>
    /// Settles the resolved file: an existing folder keeps its number of threads where none was asked for, a new one takes the machine's.
    /// </summary>
    public MapNode Resolve(ExperimentFile file)
    {
        var threads = file.Experiment.Threads ?? ExistingThreads() ?? Environment.ProcessorCount;
        var place = Place.Default;
        return file.Resolved.With(new MapEntry(Experiment.ThreadsName, new ScalarNode(threads.ToString(CultureInfo.InvariantCulture), place), place));
    }

    /// <summary>Creates the folder, or checks that what is there is the same experiment.</summary>
    /// <exception cref="ConfigException">The folder holds another experiment; names the first key that differs.</exception>
    public void Claim(MapNode resolved, ExperimentFile file)
    {
        if (IsClaimed)
        {
            var existing = YamlReader.ReadFile(ExperimentPath);
            if (Identity.FirstDifference(existing, resolved) is var (key, there, here))
            {
                throw new ConfigException(
                    file.PlaceOf(key),
                    $"{key}: {Path} holds a run with {there}, this one has {here}; choose another name or --runs folder, or begin anew beside it with --restart");
            }

            return;
        }

        AtomicFile.WriteText(ExperimentPath, YamlWriter.Write(resolved));
    }

    int? ExistingThreads() =>
        IsClaimed && YamlReader.ReadFile(ExperimentPath) is MapNode map
            && map.Find(Experiment.ThreadsName)?.Value is ScalarNode { Text: { } text } && int.TryParse(text, CultureInfo.InvariantCulture, out var threads) ? threads : null;

    string In(string relative) => System.IO.Path.Combine(Path, relative);
}
