using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Runs;

/// <summary>
/// The runs that a folder the user named holds: those that are done, and the folders of those that are not.
/// </summary>
/// <param name="Group">Those that are done.</param>
/// <param name="Settings">What they are runs of, with every default, data and initial weights by their hashes.</param>
/// <param name="Unfinished">The folders of the others.</param>
public sealed record FinishedRuns(SeedGroup Group, MapNode Settings, IReadOnlyList<string> Unfinished)
{
    /// <summary>Looks into a run folder, or into the folder of an experiment, which has one for each seed.</summary>
    /// <exception cref="DataException">There is no finished run.</exception>
    public static FinishedRuns In(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DataException(
                $"there is no folder {path}; expected a run, such as runs/smoke or runs/smoke/seed-0"
            );
        }

        var seeds = SeedsIn(path);
        RunFolder[] folders = [.. seeds.Count > 0 ? seeds.Select(seed => new RunFolder(seed)) : [new RunFolder(path)]];
        Array.ForEach(folders, RunEntries.Check);
        var done = folders.Where(folder => folder.IsDone).ToArray();
        return done.Length > 0
            ? new FinishedRuns(
                new SeedGroup([.. done.Select(folder => HeldRun.In(folder).Result())]),
                done[0].Resolve(ExperimentFile.Held(done[0].ExperimentPath)),
                [.. folders.Where(folder => !folder.IsDone).Select(folder => folder.Path)]
            )
            : throw new DataException(
                $"{path} holds no finished run (no {RunFolder.ResultName}); "
                    + "etrnlp train finishes one, and a run folder looks like runs/smoke/seed-0"
            );
    }

    // In the order of the numbers; a run that was moved aside is no seed.
    static List<string> SeedsIn(string path) =>
        [
            .. from folder in Directory.GetDirectories(path, $"{RunFolder.SeedPrefix}*")
            let seed = new RunFolder(folder).Seed
            where Path.GetFileName(folder) == $"{RunFolder.SeedPrefix}{seed}"
            orderby seed
            select folder,
        ];
}
