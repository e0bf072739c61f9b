using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>What a run folder is found to be.</summary>
public enum RunState
{
    /// <summary>It has its result.</summary>
    Done,

    /// <summary>A process works in it now.</summary>
    Running,

    /// <summary>It can be continued, from its checkpoint or, where it has none, from the start.</summary>
    Interrupted,

    /// <summary>Something in it cannot be read.</summary>
    Damaged,
}

/// <summary>How far a run is, read from its files alone: no data is opened and no libtorch loaded.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="State">What it is.</param>
/// <param name="Epoch">Epochs completed, as the last checkpoint knows.</param>
/// <param name="Epochs">Epochs it is to have; null where its experiment cannot be read.</param>
/// <param name="Batch">Batches done of the epoch after those.</param>
/// <param name="ValidationEpoch">Epoch of the last validation; null where there was none.</param>
/// <param name="Validation">Mean of each metric then.</param>
/// <param name="Damage">What cannot be read, as a sentence; null where all can.</param>
public sealed record RunStatus(
    string Path,
    RunState State,
    int Epoch,
    int? Epochs,
    int Batch,
    int? ValidationEpoch,
    IReadOnlyList<(string Metric, double Value)> Validation,
    string? Damage
)
{
    /// <summary>Every run below a folder, in the order of their paths. Symbolic links in it are not followed.</summary>
    /// <exception cref="DataException">There is no such folder, or it cannot be read.</exception>
    public static IReadOnlyList<RunStatus> Below(string folder)
    {
        try
        {
            var folders = SymbolicLinks
                .EntriesBelow(folder)
                .Where(entry => entry is DirectoryInfo { LinkTarget: null })
                .Select(entry => entry.FullName)
                .Prepend(System.IO.Path.GetFullPath(folder));
            return
            [
                .. folders
                    .Select(path => new RunFolder(path))
                    .Where(run => run.HoldsRun)
                    .OrderBy(run => run.Path, StringComparer.Ordinal)
                    .Select(Of),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"the folder {folder} cannot be read: {e.Message}");
        }
    }

    static RunStatus Of(RunFolder folder)
    {
        var damage = new List<string>();
        if (!Try(() => IsOfItsOwnFiles(folder), damage))
        {
            return new RunStatus(folder.Path, RunState.Damaged, 0, null, 0, null, [], damage[0]);
        }

        var epochs = Try(() => EpochsOf(folder), damage);
        var header = Try(() => HeaderOf(folder), damage);
        var validation = Try(() => MetricsFile.LastValidation(folder.MetricsPath, GroupOf(folder)), damage);
        if (folder.IsDone)
        {
            Try(() => HeldRun.In(folder).Result(), damage);
        }

        var state =
            RunLease.IsTaken(folder) ? RunState.Running
            : damage.Count > 0 ? RunState.Damaged
            : folder.IsDone ? RunState.Done
            : RunState.Interrupted;
        return new RunStatus(
            folder.Path,
            state,
            header?.Progress.Epoch ?? 0,
            epochs,
            header?.Progress.Batch ?? 0,
            validation?.Epoch,
            validation?.Means ?? [],
            damage.FirstOrDefault()
        );
    }

    // What is not may be a link to anything: it is not opened.
    static bool IsOfItsOwnFiles(RunFolder folder)
    {
        RunEntries.Check(folder);
        return true;
    }

    // The previous one stands in for a last one that is lost between two renames.
    static CheckpointHeader? HeaderOf(RunFolder folder) =>
        new[] { folder.LastCheckpoint, folder.PreviousCheckpoint }.FirstOrDefault(File.Exists) is { } path
            ? HeaderOf(folder, path)
            : null;

    static CheckpointHeader HeaderOf(RunFolder folder, string path)
    {
        var header = CheckpointHeader.ReadFile(path);
        HeldRun.In(folder).Require(header, path);
        return header;
    }

    static int? EpochsOf(RunFolder folder) =>
        YamlReader.ReadFile(folder.ExperimentPath) is MapNode map && TrainingConfig.EpochsIn(map) is { } epochs
            ? epochs
            : throw new InvalidDataException($"{folder.ExperimentPath} has no training.{TrainingConfig.EpochsName}");

    // Where the tasks cannot be read the names of metrics have to do.
    static Func<string, string> GroupOf(RunFolder folder)
    {
        var written = YamlReader.ReadFile(folder.ExperimentPath).Child(Experiment.TasksName);
        var tasks = written is null ? null : TaskList.Type.Read(written, Experiment.TasksName, new Reading());
        var groups = tasks?.Value.ToDictionary(task => task.Name, task => task.Kind.Group) ?? [];
        return task => groups.GetValueOrDefault(task, "");
    }

    static T? Try<T>(Func<T> read, List<string> damage)
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or DataException
                        or ConfigException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            damage.Add(e.Message);
            return default;
        }
    }
}
