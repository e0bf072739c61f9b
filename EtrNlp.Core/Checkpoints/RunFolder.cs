using System.Globalization;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Checkpoints;

/// <summary>
/// <c>runs/&lt;name&gt;/seed-&lt;n&gt;/</c>: the whole truth of a run. Where <c>result.json</c> is, the run is done,
/// everywhere.
/// </summary>
public sealed class RunFolder(string path)
{
    /// <summary>File name of the resolved experiment: what makes a folder a run.</summary>
    public const string ExperimentName = "experiment.yaml";

    /// <summary>File name of the result: what makes a run complete.</summary>
    public const string ResultName = "result.json";

    /// <summary>File name of what says which process has the run.</summary>
    internal const string LeaseName = "lease.json";

    /// <summary>What the names of run folders begin with; the seed follows.</summary>
    internal const string SeedPrefix = "seed-";

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(path);

    /// <summary>The resolved experiment.</summary>
    public string ExperimentPath => In(ExperimentName);

    /// <summary>Versions, machine, command line.</summary>
    public string EnvironmentPath => In("environment.json");

    /// <summary>The log.</summary>
    public string LogPath => In("log.txt");

    /// <summary>Metrics by epoch.</summary>
    public string MetricsPath => In("metrics.csv");

    /// <summary>The result; present only when the run is complete.</summary>
    public string ResultPath => In(ResultName);

    /// <summary>Which process has the run; there only while one has.</summary>
    internal string LeasePath => In(LeaseName);

    /// <summary>The newest checkpoint, the one before it, and the one with the best validation score.</summary>
    public string LastCheckpoint => In("checkpoints/last.safetensors");

    /// <inheritdoc cref="LastCheckpoint"/>
    public string PreviousCheckpoint => In("checkpoints/previous.safetensors");

    /// <inheritdoc cref="LastCheckpoint"/>
    public string BestCheckpoint => In("checkpoints/best.safetensors");

    /// <summary>Where a last checkpoint goes that could not be read.</summary>
    public string DamagedCheckpoint => In("checkpoints/damaged.safetensors");

    /// <summary>Where example predictions are drawn.</summary>
    public string ExamplesPath => In("examples");

    /// <summary>Those of an epoch.</summary>
    public string ExamplesOf(int epoch) =>
        System.IO.Path.Combine(
            ExamplesPath,
            string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch:D4}")
        );

    /// <summary>Every file of fixed name that the program writes into the folder.</summary>
    internal IReadOnlyList<string> Files =>
        [
            ExperimentPath,
            EnvironmentPath,
            LogPath,
            MetricsPath,
            ResultPath,
            LastCheckpoint,
            PreviousCheckpoint,
            BestCheckpoint,
            DamagedCheckpoint,
            LeasePath,
        ];

    /// <summary>True where something of a run is there beside its experiment.</summary>
    internal bool HoldsFiles => Files.Except([ExperimentPath, LeasePath]).Any(File.Exists);

    /// <summary>True where the folder belongs to an experiment.</summary>
    public bool IsClaimed => File.Exists(ExperimentPath);

    /// <summary>
    /// The seed that the folder is named after, that of a run moved aside too; null if it has another name.
    /// </summary>
    internal int? Seed =>
        System.IO.Path.GetFileName(Path).Split('.')[0] is var name
        && name.StartsWith(SeedPrefix, StringComparison.Ordinal)
        && int.TryParse(name[SeedPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : null;

    /// <summary>
    /// True if a run was begun here. An experiment alone is none, unless the folder is named after a seed: a sweep
    /// keeps one beside the runs of each configuration.
    /// </summary>
    internal bool HoldsRun => IsClaimed ? Seed is not null || HoldsFiles : Seed is not null && HoldsFiles;

    /// <summary>What the run was made from; null where nobody knows, or its data was not opened yet.</summary>
    /// <exception cref="ConfigException">Its resolved file cannot be read.</exception>
    internal DataDigest? Data
    {
        get
        {
            var reading = new Reading();
            var node = IsClaimed ? YamlReader.ReadFile(ExperimentPath).Child(Experiment.DataName) : null;
            var data = node is null or ScalarNode { Text: null }
                ? null
                : DataDigest.Type.Read(node, Experiment.DataName, reading);
            reading.ThrowIfWrong();
            return data?.Value;
        }
    }

    /// <summary>True where something was computed from data.</summary>
    internal bool HasLearned => IsDone || File.Exists(LastCheckpoint) || File.Exists(PreviousCheckpoint);

    /// <summary>True where the run is complete.</summary>
    public bool IsDone => File.Exists(ResultPath);

    /// <summary>The folder of a run.</summary>
    public static RunFolder Of(string runs, string name, int seed) =>
        new(System.IO.Path.GetFullPath(System.IO.Path.Combine(runs, name, $"{SeedPrefix}{seed}")));

    /// <summary>
    /// Moves an existing folder aside, so that a run can begin anew beside it: nothing is ever written over.
    /// </summary>
    public string? MoveAside()
    {
        if (!Directory.Exists(Path))
        {
            return null;
        }

        LeaseFile.RemoveAll(this); // nobody has a run that lies aside
        var aside = Enumerable
            .Range(1, int.MaxValue)
            .Select(k => $"{Path}.replaced-{k}")
            .First(candidate => !System.IO.Path.Exists(candidate));
        Directory.Move(Path, aside);
        FolderEntries.Flush(System.IO.Path.GetDirectoryName(Path)!);
        return aside;
    }

    /// <summary>Checks that the folder can be made: neither it nor a folder above it is a file.</summary>
    /// <exception cref="DataException">One is a file.</exception>
    public void RequireNoFileInTheWay()
    {
        for (var path = Path; path is not null; path = System.IO.Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
            {
                throw new DataException(
                    $"{path} is a file, and the run's folder {Path} is to be there; choose another --runs folder"
                );
            }
        }
    }

    /// <summary>The path of a file in the folder.</summary>
    internal string In(string relative) => System.IO.Path.Combine(Path, relative);
}
