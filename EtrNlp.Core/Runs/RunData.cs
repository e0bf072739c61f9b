using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Runs;

/// <summary>
/// The data a run was made from, as its resolved file remembers it, held against the data that is there.
/// </summary>
public static class RunData
{
    /// <summary>What is said of a run that was made before data was remembered.</summary>
    public static string Unknown(RunFolder folder) =>
        $"data unknown: {folder.Path} was made by an etrnlp that kept no digest of its data; "
        + "nobody can tell whether it was the same";

    /// <summary>
    /// Checks that a run, where there is one, was made from the data that is there; the data is asked for only if it
    /// can differ.
    /// </summary>
    /// <exception cref="DataException">
    /// It was made from other data, or would go on though its data is unknown.
    /// </exception>
    public static void Check(RunFolder folder, MapNode resolved, Func<DataDigest> here)
    {
        if (folder.Data is { } made)
        {
            Require(folder, made, here());
        }
        else if (folder.IsClaimed && folder.HasLearned && (!folder.IsDone || folder.EpochsBefore(resolved) is not null))
        {
            throw new DataException($"{Unknown(folder)}, so that it cannot go on; begin anew beside it with --restart");
        }
    }

    /// <summary>
    /// Checks the data of a run that is about to be trained, remembers it, and returns the resolved file with it.
    /// <paramref name="guard"/> is that of <see cref="AtomicFile"/>.
    /// </summary>
    /// <exception cref="DataException">The run was made, or is asked to be made, from other data.</exception>
    public static MapNode Settle(
        RunFolder folder,
        ExperimentFile file,
        MapNode resolved,
        DataDigest here,
        Action guard
    )
    {
        if (file.Experiment.Data is { } wanted && here.DifferenceFrom(wanted) is { } difference)
        {
            throw new DataException(
                $"{file.Path} asks by its key '{Experiment.DataName}' for other data than there is: {difference}; "
                    + "put that data back or take the key out"
            );
        }

        if (folder.Data is { } made)
        {
            Require(folder, made, here);
            return With(resolved, made);
        }

        var settled = With(resolved, here);
        AtomicFile.WriteText(folder.ExperimentPath, YamlWriter.Write(settled), guard);
        return settled;
    }

    /// <summary>Refuses data that is other than what a run was made from.</summary>
    /// <exception cref="DataException">It is.</exception>
    public static void Require(RunFolder folder, DataDigest made, DataDigest here)
    {
        if (here.DifferenceFrom(made) is { } difference)
        {
            throw new DataException(
                $"{folder.Path} holds a run of other data: {difference}; "
                    + "put the data back, choose another name or --runs folder, "
                    + "or begin anew beside it with --restart"
            );
        }
    }

    static MapNode With(MapNode resolved, DataDigest data) =>
        resolved.With(RunClaim.Entry(Experiment.DataName, data.ToNode()));
}
