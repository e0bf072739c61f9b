using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>
/// What makes a folder that of one experiment: its resolved file, which no other experiment may share.
/// </summary>
public static class RunClaim
{
    const string EarlierPrefix = "experiment.epochs-";
    const string EarlierSuffix = ".yaml";

    /// <summary>
    /// Settles the resolved file: an existing folder keeps its number of threads where none was asked for, a new one
    /// takes the machine's; weights to start from are named by their hash; an existing folder keeps the digest of its
    /// data.
    /// </summary>
    /// <exception cref="ConfigException">The weights to start from cannot be read.</exception>
    public static MapNode Resolve(this RunFolder folder, ExperimentFile file)
    {
        var threads = file.Experiment.Threads ?? ExistingThreads(folder) ?? Environment.ProcessorCount;
        var resolved = file.Resolved.With(
            Entry(Experiment.ThreadsName, threads.ToString(CultureInfo.InvariantCulture))
        );
        resolved = (file.Experiment.Data ?? folder.Data) is { } data
            ? resolved.With(Entry(Experiment.DataName, data.ToNode()))
            : resolved;
        var hash = file.Experiment.InitFrom is null ? null : file.Experiment.InitFromHash ?? InitialHash(file);
        return hash is not null
            ? resolved.With(Entry(Experiment.InitFromHashName, hash))
            : resolved with
            {
                Entries = resolved.Entries.RemoveAll(entry => entry.Key == Experiment.InitFromHashName),
            }; // where there is one, it counts
    }

    /// <summary>
    /// Checks that what the folder holds, where it holds anything, is the same experiment, or one that can be given
    /// more epochs.
    /// </summary>
    /// <exception cref="ConfigException">It is another experiment; names the first key that differs.</exception>
    /// <exception cref="DataException">Something in it is none of the program's files.</exception>
    public static void Check(this RunFolder folder, MapNode resolved, ExperimentFile file)
    {
        RunEntries.Check(folder);
        if (!folder.IsClaimed && folder.HoldsFiles)
        {
            throw new DataException(
                $"{folder.Path} holds files of a run and no {RunFolder.ExperimentName}, so that nobody knows of which; "
                    + "put it back, or begin anew beside it with --restart"
            );
        }

        if (folder.IsDone)
        {
            HeldRun.In(folder).Result();
        }

        if (
            !folder.IsClaimed
            || Identity.FirstDifference(YamlReader.ReadFile(folder.ExperimentPath), resolved)
                is not var (key, there, here)
        )
        {
            return;
        }

        var before = folder.EpochsBefore(resolved);
        var obstacle = before is { } end ? ObstacleToMore(end, file.Experiment.Training) : "";
        if (obstacle is not null)
        {
            throw new ConfigException(
                file.PlaceOf(key),
                $"{key}: {folder.Path} holds a run with {there}, this one has {here}{obstacle}; "
                    + "choose another name or --runs folder, or begin anew beside it with --restart"
            );
        }
    }

    /// <summary>
    /// Creates the folder, or checks that what is there is the same experiment; where it is given more epochs, says so.
    /// <paramref name="guard"/> is that of <see cref="AtomicFile"/>.
    /// </summary>
    /// <exception cref="ConfigException">The folder holds another experiment.</exception>
    public static string? Claim(
        this RunFolder folder,
        MapNode resolved,
        ExperimentFile file,
        Action? guard = null
    )
    {
        folder.Check(resolved, file);
        if (!folder.IsClaimed)
        {
            AtomicFile.WriteText(folder.ExperimentPath, YamlWriter.Write(resolved), guard);
            return null;
        }

        return folder.EpochsBefore(resolved) is { } before ? Extend(folder, resolved, before, guard) : null;
    }

    /// <summary>The epochs of what the folder holds, where that is the same experiment with fewer; else null.</summary>
    public static int? EpochsBefore(this RunFolder folder, MapNode resolved) =>
        folder.IsClaimed
        && YamlReader.ReadFile(folder.ExperimentPath) is MapNode held
        && TrainingConfig.EpochsIn(held) is { } before
        && before < TrainingConfig.EpochsIn(resolved)
        && Identity.FirstDifference(held, TrainingConfig.WithEpochs(resolved, before)) is null
            ? before
            : null;

    /// <summary>
    /// What the run's identity was before it was given more epochs; its checkpoints may still carry it.
    /// </summary>
    public static IReadOnlyList<string> EarlierIdentities(this RunFolder folder, MapNode resolved) =>
        [
            .. from file in Directory.GetFiles(folder.Path, $"{EarlierPrefix}*{EarlierSuffix}")
            let epochs = Path.GetFileName(file)[EarlierPrefix.Length..^EarlierSuffix.Length]
            where int.TryParse(epochs, CultureInfo.InvariantCulture, out _)
            select Identity.Of(TrainingConfig.WithEpochs(resolved, int.Parse(epochs, CultureInfo.InvariantCulture))),
        ];

    /// <summary>Gives a finished run more epochs: from then on it is not done.</summary>
    /// <exception cref="RunException">Another process works in its folder.</exception>
    public static void Extend(this RunFolder folder, int epochs)
    {
        using var claim = RunLock.Take(folder);
        var held = (MapNode)YamlReader.ReadFile(folder.ExperimentPath);
        Extend(folder, TrainingConfig.WithEpochs(held, epochs), TrainingConfig.EpochsIn(held)!.Value, guard: null);
    }

    // Why a run that is given more epochs would not end as if it had had them from the start; null where it would.
    static string? ObstacleToMore(int before, TrainingConfig training) =>
        training.Optimizer.Schedule.DependsOnEnd
            ? " and its schedule ends with the last epoch, so that its earlier steps would have been others"
        : before % training.EvaluateEvery != 0
            ? FormattableString.Invariant($" and epoch {before}, evaluated as its last, is no multiple of ")
                + FormattableString.Invariant($"training.evaluate_every {training.EvaluateEvery}, so that what it ")
                + "reports would have been chosen otherwise"
        : null;

    // The result goes first: from then on the run is not done, whatever happens next.
    static string Extend(RunFolder folder, MapNode resolved, int before, Action? guard)
    {
        guard?.Invoke();
        var kept = folder.In($"result.epochs-{before}.json");
        var wasDone = folder.IsDone;
        if (wasDone)
        {
            FolderEntries.Move(folder.ResultPath, kept);
        }

        AtomicFile.WriteText(
            folder.In($"{EarlierPrefix}{before}{EarlierSuffix}"),
            File.ReadAllText(folder.ExperimentPath),
            guard
        );
        AtomicFile.WriteText(folder.ExperimentPath, YamlWriter.Write(resolved), guard);
        return $"{folder.Path} had {before} epochs and goes on to "
            + $"{TrainingConfig.EpochsIn(resolved)}{(wasDone ? $"; its result is kept in {kept}" : "")}";
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

    static int? ExistingThreads(RunFolder folder) =>
        folder.IsClaimed
        && YamlReader.ReadFile(folder.ExperimentPath) is MapNode map
        && map.Find(Experiment.ThreadsName)?.Value is ScalarNode { Text: { } text }
        && int.TryParse(text, CultureInfo.InvariantCulture, out var threads)
            ? threads
            : null;
}
