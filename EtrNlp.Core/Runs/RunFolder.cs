using System.Globalization;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>
/// <c>runs/&lt;name&gt;/seed-&lt;n&gt;/</c>: the whole truth of a run. Where <c>result.json</c> is, the run is done, everywhere.
/// </summary>
public sealed class RunFolder(string path)
{
    /// <summary>File name of the resolved experiment: what makes a folder a run.</summary>
    public const string ExperimentName = "experiment.yaml";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The resolved experiment.</summary>
    public string ExperimentPath => In(ExperimentName);

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

    /// <summary>Checks that the folder can be made: neither it nor a folder above it is a file.</summary>
    /// <exception cref="DataException">One is a file.</exception>
    public void RequireNoFileInTheWay()
    {
        for (var path = Path; path is not null; path = System.IO.Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
            {
                throw new DataException($"{path} is a file, and the run's folder {Path} is to be there; choose another --runs folder");
            }
        }
    }

    /// <summary>Checks that what the folder holds, where it holds anything, is the same experiment.</summary>
    /// <exception cref="ConfigException">It is another experiment; names the first key that differs.</exception>
    public void Check(MapNode resolved, ExperimentFile file)
    {
        if (IsClaimed && Identity.FirstDifference(YamlReader.ReadFile(ExperimentPath), resolved) is var (key, there, here))
        {
            throw new ConfigException(
                file.PlaceOf(key),
                $"{key}: {Path} holds a run with {there}, this one has {here}; choose another name or --runs folder, or begin anew beside it with --restart");
        }
    }

    /// <summary>Creates the folder, or checks that what is there is the same experiment.</summary>
    /// <exception cref="ConfigException">The folder holds another experiment.</exception>
    public void Claim(MapNode resolved, ExperimentFile file)
    {
        Check(resolved, file);
        if (!IsClaimed)
        {
            AtomicFile.WriteText(ExperimentPath, YamlWriter.Write(resolved));
        }
    }

    int? ExistingThreads() =>
        IsClaimed && YamlReader.ReadFile(ExperimentPath) is MapNode map
            && map.Find(Experiment.ThreadsName)?.Value is ScalarNode { Text: { } text } && int.TryParse(text, CultureInfo.InvariantCulture, out var threads) ? threads : null;

    string In(string relative) => System.IO.Path.Combine(Path, relative);
}
