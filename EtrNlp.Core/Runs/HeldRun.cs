using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>
/// The run that a folder holds, as its resolved file says: what else is read from the folder is believed only if it is
/// of that run. Neither its data nor its variables need be there.
/// </summary>
sealed class HeldRun
{
    readonly RunFolder _folder;
    readonly MapNode _resolved;

    HeldRun(RunFolder folder, MapNode resolved) => (_folder, _resolved) = (folder, resolved);

    /// <summary>Reads the resolved file.</summary>
    /// <exception cref="DataException">There is none.</exception>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    internal static HeldRun In(RunFolder folder)
    {
        if (!folder.IsClaimed)
        {
            throw new DataException(
                $"{folder.Path} has no {RunFolder.ExperimentName}, so that nobody knows which run it is of; "
                    + "put it back, or begin anew beside it with --restart"
            );
        }

        var file = ExperimentFile.Held(folder.ExperimentPath);
        return new HeldRun(folder, (MapNode)Common(folder.Resolve(file), file.Written));
    }

    /// <summary>The finished run's result.</summary>
    /// <exception cref="DataException">It cannot be read, or is of another run.</exception>
    internal RunResult Result()
    {
        var result = RunResult.Read(_folder.ResultPath);
        var (data, epochs) = (result.Circumstances.Sources, result.Circumstances.Epochs);
        var wrong =
            result.Identity != Identity.Of(_resolved) ? "another experiment"
            : result.Name != (_resolved.Child(Experiment.NameName) as ScalarNode)?.Text ? "a run of another name"
            : _folder.Seed is { } seed && result.Seed != seed ? $"seed {result.Seed}"
            : epochs is not null && epochs != TrainingConfig.EpochsIn(_resolved) ? $"{epochs} epochs"
            : result.Checkpoint is { } reported && (reported.Epoch < 1 || reported.Epoch > epochs)
                ? $"epoch {reported.Epoch}"
            : data is not null && data != _folder.Data?.Sources ? "other data"
            : null;
        return wrong is null
            ? result
            : throw new DataException(
                $"{_folder.ResultPath} is the result of {wrong} and not of the run in its folder; "
                    + "remove it, and etrnlp train makes the run's own"
            );
    }

    /// <summary>Checks that a checkpoint is of the run.</summary>
    /// <exception cref="DataException">It is of another one, or says more epochs than the run has.</exception>
    internal void Require(CheckpointHeader header, string path)
    {
        string[] identities = [Identity.Of(_resolved), .. _folder.EarlierIdentities(_resolved)];
        var wrong =
            !identities.Contains(header.Identity) ? "another experiment"
            : _folder.Seed is { } seed && header.Seed != seed ? $"seed {header.Seed}"
            : header.Progress.Epoch > TrainingConfig.EpochsIn(_resolved)
                ? $"a run of more epochs, {header.Progress.Epoch}"
            : null;
        if (wrong is not null)
        {
            throw new DataException($"the checkpoint {path} cannot be used: it belongs to {wrong}");
        }
    }

    // Without the keys that the file does not have: an earlier version wrote it, and identities then did not count
    // them.
    static ConfigNode Common(ConfigNode resolved, ConfigNode written) =>
        (resolved, written) switch
        {
            (MapNode map, MapNode there) => map with
            {
                Entries =
                [
                    .. from entry in map.Entries
                    let found = there.Find(entry.Key)
                    where found is not null
                    select entry with
                    {
                        Value = Common(entry.Value, found.Value),
                    },
                ],
            },
            (ListNode list, ListNode there) when list.Items.Length == there.Items.Length => list with
            {
                Items = [.. list.Items.Zip(there.Items, Common)],
            },
            _ => resolved,
        };
}
