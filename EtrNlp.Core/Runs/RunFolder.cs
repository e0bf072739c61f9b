using System.Globalization;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Native;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Runs;

/// <summary>
/// <c>runs/&lt;name&gt;/seed-&lt;n&gt;/</c>: the whole truth of a run. Where <c>result.json</c> is, the run is done, everywhere.
/// </summary>
public sealed class RunFolder(string path)
{
    /// <summary>File name of the resolved experiment: what makes a folder a run.</summary>
    public const string ExperimentName = "experiment.yaml";

    const string SeedPrefix = "seed-";
    const string EarlierPrefix = "experiment.epochs-";
    const string EarlierSuffix = ".yaml";

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
    public string ResultPath => In("result.json");

    /// <summary>The newest checkpoint, the one before it, and the one with the best validation score.</summary>
    public string LastCheckpoint => In("checkpoints/last.safetensors");

    /// <inheritdoc cref="LastCheckpoint"/>
    public string PreviousCheckpoint => In("checkpoints/previous.safetensors");

    /// <inheritdoc cref="LastCheckpoint"/>
    public string BestCheckpoint => In("checkpoints/best.safetensors");

    /// <summary>Where a last checkpoint goes that could not be read.</summary>
    public string DamagedCheckpoint => In("checkpoints/damaged.safetensors");

    /// <summary>Where example predictions of an epoch are drawn.</summary>
    public string ExamplesOf(int epoch) => In(string.Create(CultureInfo.InvariantCulture, $"examples/epoch-{epoch:D4}"));

    /// <summary>Every file of fixed name that the program writes into the folder.</summary>
    internal IReadOnlyList<string> Files =>
        [ExperimentPath, EnvironmentPath, LogPath, MetricsPath, ResultPath, LastCheckpoint, PreviousCheckpoint, BestCheckpoint, DamagedCheckpoint];

    /// <summary>True where the folder belongs to an experiment.</summary>
    public bool IsClaimed => File.Exists(ExperimentPath);

    /// <summary>The seed that the folder is named after, that of a run moved aside too; null if it has another name.</summary>
    internal int? Seed =>
        System.IO.Path.GetFileName(Path).Split('.')[0] is var name && name.StartsWith(SeedPrefix, StringComparison.Ordinal)
            && int.TryParse(name[SeedPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null;

    /// <summary>
    /// True if a run was begun here. An experiment alone is none, unless the folder is named after a seed: a sweep keeps one beside the
    /// runs of each configuration.
    /// </summary>
    internal bool HoldsRun
    {
        get
        {
            var hasOthers = Files.Skip(1).Any(File.Exists);
            return IsClaimed ? Seed is not null || hasOthers : Seed is not null && hasOthers;
        }
    }

    /// <summary>What the run was made from; null where nobody knows, or its data was not opened yet.</summary>
    /// <exception cref="ConfigException">Its resolved file cannot be read.</exception>
    internal DataDigest? Data
    {
        get
        {
            var reading = new Reading();
            var node = IsClaimed ? YamlReader.ReadFile(ExperimentPath).Child(Experiment.DataName) : null;
            var data = node is null or ScalarNode { Text: null } ? null : DataDigest.Type.Read(node, Experiment.DataName, reading);
            reading.ThrowIfWrong();
            return data?.Value;
        }
    }

    /// <summary>True where something was computed from data.</summary>
    internal bool HasLearned => IsDone || File.Exists(LastCheckpoint) || File.Exists(PreviousCheckpoint);

    /// <summary>True where the run is complete.</summary>
    public bool IsDone => File.Exists(ResultPath);

    /// <summary>The folder of a run.</summary>
    public static RunFolder Of(string runs, string name, int seed) => new(System.IO.Path.GetFullPath(System.IO.Path.Combine(runs, name, $"{SeedPrefix}{seed}")));

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
        FolderEntries.Flush(System.IO.Path.GetDirectoryName(Path)!);
        return aside;
    }

    /// <summary>
    /// Settles the resolved file: an existing folder keeps its number of threads where none was asked for, a new one takes the machine's;
    /// weights to start from are named by their hash; an existing folder keeps the digest of its data.
    /// </summary>
    /// <exception cref="ConfigException">The weights to start from cannot be read.</exception>
    public MapNode Resolve(ExperimentFile file)
    {
        var threads = file.Experiment.Threads ?? ExistingThreads() ?? Environment.ProcessorCount;
        var resolved = file.Resolved.With(Entry(Experiment.ThreadsName, threads.ToString(CultureInfo.InvariantCulture)));
        resolved = (file.Experiment.Data ?? Data) is { } data ? resolved.With(Entry(Experiment.DataName, data.ToNode())) : resolved;
        var hash = file.Experiment.InitFrom is null ? null : file.Experiment.InitFromHash ?? InitialHash(file);
        return hash is not null
            ? resolved.With(Entry(Experiment.InitFromHashName, hash))
            : resolved with { Entries = resolved.Entries.RemoveAll(entry => entry.Key == Experiment.InitFromHashName) }; // where there is one, it counts
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

    /// <summary>Checks that what the folder holds, where it holds anything, is the same experiment, or one that can be given more epochs.</summary>
    /// <exception cref="ConfigException">It is another experiment; names the first key that differs.</exception>
    /// <exception cref="DataException">Something in it is none of the program's files.</exception>
    public void Check(MapNode resolved, ExperimentFile file)
    {
        RunEntries.Check(this);
        if (!IsClaimed && Files.Any(File.Exists))
        {
            throw new DataException($"{Path} holds files of a run and no {ExperimentName}, so that nobody knows of which; put it back, or begin anew beside it with --restart");
        }

        if (IsDone)
        {
            HeldRun.In(this).Result();
        }

        if (!IsClaimed || Identity.FirstDifference(YamlReader.ReadFile(ExperimentPath), resolved) is not var (key, there, here))
        {
            return;
        }

        var (isLonger, schedule) = (EpochsBefore(resolved) is not null, file.Experiment.Training.Optimizer.Schedule);
        if (isLonger && !schedule.DependsOnEnd)
        {
            return;
        }

        var reason = isLonger ? " and its schedule ends with the last epoch, so that its earlier steps would have been others" : "";
        throw new ConfigException(
            file.PlaceOf(key),
            $"{key}: {Path} holds a run with {there}, this one has {here}{reason}; choose another name or --runs folder, or begin anew beside it with --restart");
    }

    /// <summary>Creates the folder, or checks that what is there is the same experiment; where it is given more epochs, says so.</summary>
    /// <exception cref="ConfigException">The folder holds another experiment.</exception>
    public string? Claim(MapNode resolved, ExperimentFile file)
    {
        Check(resolved, file);
        if (!IsClaimed)
        {
            AtomicFile.WriteText(ExperimentPath, YamlWriter.Write(resolved));
            return null;
        }

        return EpochsBefore(resolved) is { } before ? Extend(resolved, before) : null;
    }

    /// <summary>The epochs of what the folder holds, where that is the same experiment with fewer; else null.</summary>
    public int? EpochsBefore(MapNode resolved) =>
        IsClaimed && YamlReader.ReadFile(ExperimentPath) is MapNode held && TrainingConfig.EpochsIn(held) is { } before && before < TrainingConfig.EpochsIn(resolved)
            && Identity.FirstDifference(held, TrainingConfig.WithEpochs(resolved, before)) is null ? before : null;

    /// <summary>What the run's identity was before it was given more epochs; its checkpoints may still carry it.</summary>
    public IReadOnlyList<string> EarlierIdentities(MapNode resolved) =>
        [.. from file in Directory.GetFiles(Path, $"{EarlierPrefix}*{EarlierSuffix}")
            let epochs = System.IO.Path.GetFileName(file)[EarlierPrefix.Length..^EarlierSuffix.Length]
            where int.TryParse(epochs, CultureInfo.InvariantCulture, out _)
            select Identity.Of(TrainingConfig.WithEpochs(resolved, int.Parse(epochs, CultureInfo.InvariantCulture)))];

    // The result goes first: from then on the run is not done, whatever happens next.
    string Extend(MapNode resolved, int before)
    {
        var kept = In($"result.epochs-{before}.json");
        var wasDone = IsDone;
        if (wasDone)
        {
            FolderEntries.Move(ResultPath, kept);
        }

        AtomicFile.WriteText(In($"{EarlierPrefix}{before}{EarlierSuffix}"), File.ReadAllText(ExperimentPath));
        AtomicFile.WriteText(ExperimentPath, YamlWriter.Write(resolved));
        return $"{Path} had {before} epochs and goes on to {TrainingConfig.EpochsIn(resolved)}{(wasDone ? $"; its result is kept in {kept}" : "")}";
    }

    /// <summary>An entry that counts.</summary>
    internal static MapEntry Entry(string key, ConfigNode value) => new(key, value, Place.Default);

    static MapEntry Entry(string key, string value) => Entry(key, new ScalarNode(value, Place.Default));

    static string? InitialHash(ExperimentFile file)
    {
        try
        {
            return InitialWeights.Of(file.Experiment)?.Hash;
        }
        catch (InvalidSettingException e)
        {
            throw file.At(e);
        }
    }

    int? ExistingThreads() =>
        IsClaimed && YamlReader.ReadFile(ExperimentPath) is MapNode map
            && map.Find(Experiment.ThreadsName)?.Value is ScalarNode { Text: { } text } && int.TryParse(text, CultureInfo.InvariantCulture, out var threads) ? threads : null;

    string In(string relative) => System.IO.Path.Combine(Path, relative);
}
