using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>
/// The checkpoints of a run at work: the last one, the one before it, and the best. What is read from them must fit the
/// run. Before anything is written the guard throws if another process has the run.
/// </summary>
sealed class RunCheckpoints(
    PreparedExperiment bench,
    RunFolder folder,
    Network network,
    IOptimizerState optimizer,
    string identity,
    IReadOnlyList<string> earlier,
    int seed,
    Action guard
)
{
    const string Remedy = "put a whole one back, or begin anew beside it with --restart";

    /// <summary>
    /// Puts the newest one that can be used into network and optimiser, and says how far the run was; null if there is
    /// none.
    /// </summary>
    /// <exception cref="DataException">There is one, and none that can be used.</exception>
    public RunProgress? Resume(Action<string> say)
    {
        var progress = LastOrPrevious(say);
        if (progress is not null)
        {
            RequireBest(progress);
        }

        return progress;
    }

    /// <summary>
    /// Saves the last one; the one that was there becomes the previous. Of an epoch that is the best so far it is saved
    /// as that too.
    /// </summary>
    public void Save(RunProgress progress)
    {
        Checkpoint.Save(
            folder.LastCheckpoint,
            network,
            optimizer,
            progress,
            identity,
            seed,
            folder.PreviousCheckpoint,
            guard
        );
        if (progress.IsBest)
        {
            SaveBest(progress);
        }
    }

    /// <summary>
    /// Puts the weights into the network that the run reports: the best ones, or without a best the last; returns their
    /// epoch.
    /// </summary>
    /// <exception cref="DataException">The best checkpoint is missing, damaged, or of another epoch.</exception>
    public int LoadReported(RunProgress progress)
    {
        if (progress.BestEpoch == 0)
        {
            return Load(folder.LastCheckpoint, null).Epoch;
        }

        var best = File.Exists(folder.BestCheckpoint) ? Load(folder.BestCheckpoint, null) : throw Missing(progress);
        return best.IsBest && best.BestEpoch == progress.BestEpoch && best.BestScore == progress.BestScore
            ? best.BestEpoch
            : throw WrongBest(best, progress);
    }

    RunProgress? LastOrPrevious(Action<string> say)
    {
        if (File.Exists(folder.LastCheckpoint))
        {
            try
            {
                return Load(folder.LastCheckpoint, optimizer);
            }
            catch (DataException e) when (File.Exists(folder.PreviousCheckpoint))
            {
                guard();
                FolderEntries.Move(folder.LastCheckpoint, folder.DamagedCheckpoint); // never becomes the previous one
                say(
                    $"{e.Message}; it is kept as {folder.DamagedCheckpoint}, and the run goes on from the one before it"
                );
            }
            catch (DataException e)
            {
                throw new DataException($"{e.Message}; {Remedy}");
            }
        }

        try
        {
            return File.Exists(folder.PreviousCheckpoint) ? Load(folder.PreviousCheckpoint, optimizer) : null;
        }
        catch (DataException e)
        {
            throw new DataException($"{e.Message}; {Remedy}");
        }
    }

    RunProgress Load(string path, IOptimizerState? state)
    {
        var progress = Checkpoint.Load(path, network, state, identity, seed, earlier);
        return PlausibleProgress.Contradiction(progress, state?.Steps, bench) is not { } wrong
            ? progress
            : throw new DataException(
                $"the checkpoint {path} cannot be used: it says what cannot be of this run, {wrong}; "
                    + "the file is damaged"
            );
    }

    // Nothing is trained for hours that cannot be reported. A best one of an epoch still to come will be saved again on
    // the way there.
    void RequireBest(RunProgress progress)
    {
        if (progress.BestEpoch == 0)
        {
            return;
        }

        var found = File.Exists(folder.BestCheckpoint) ? BestHeader() : null;
        if (found?.Progress.Epoch == progress.BestEpoch || found?.Progress.Epoch > progress.Epoch)
        {
            return;
        }

        if (!progress.IsBest)
        {
            throw found is null ? Missing(progress) : WrongBest(found.Progress, progress);
        }

        SaveBest(progress); // the run was stopped between the two
    }

    CheckpointHeader BestHeader()
    {
        try
        {
            return CheckpointHeader.ReadFile(folder.BestCheckpoint);
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"the checkpoint {folder.BestCheckpoint} cannot be used: {e.Message}; {Remedy}");
        }
    }

    void SaveBest(RunProgress progress) =>
        Checkpoint.Save(folder.BestCheckpoint, network, optimizer, progress, identity, seed, guard: guard);

    DataException Missing(RunProgress progress) =>
        new(
            $"{folder.BestCheckpoint} is missing, the checkpoint of {EpochOf(progress)} that the run is to report; "
                + Remedy
        );

    static string EpochOf(RunProgress progress) => FormattableString.Invariant($"epoch {progress.BestEpoch}");

    DataException WrongBest(RunProgress best, RunProgress progress) =>
        new(
            $"{folder.BestCheckpoint} is of {best.Where}, "
                + $"and the best of the run is that of {EpochOf(progress)}; {Remedy}"
        );
}
