using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Profiling;

/// <summary>What several experiments need together, their runs several at a time.</summary>
/// <param name="Runs">One for each seed of each.</param>
/// <param name="AtOnce">The runs at a time: as many as are asked for, or all.</param>
/// <param name="MemoryBytes">
/// The sum of <see cref="RunEstimate.MemoryBytes"/> over those neighbours in the order of runs that need most.
/// </param>
/// <param name="DiskBytes">
/// The sum of <see cref="RunEstimate.DiskBytes"/>, in which the pack of one dataset counts once, whoever reads it.
/// </param>
public sealed record TotalEstimate(int Runs, int AtOnce, long MemoryBytes, long DiskBytes)
{
    /// <summary>Adds the estimates of experiments.</summary>
    /// <param name="all">In the order in which they are trained.</param>
    /// <param name="jobs">Runs at a time, 1 or more.</param>
    public static TotalEstimate Of(IReadOnlyList<(ExperimentFile File, RunEstimate Estimate)> all, int jobs)
    {
        long[] memory =
        [
            .. all.SelectMany(one => one.File.Experiment.Seeds.Select(_ => one.Estimate.MemoryBytes)),
        ];
        var atOnce = Math.Min(jobs, memory.Length);
        return new TotalEstimate(
            memory.Length,
            atOnce,
            Enumerable.Range(0, memory.Length - atOnce + 1).Max(first => memory.Skip(first).Take(atOnce).Sum()),
            Disk(all)
        );
    }

    /// <summary>Refuses what cannot fit; null for room that is not known.</summary>
    /// <exception cref="DataException">It needs more memory or disk than there is.</exception>
    public void RequireRoom(long? memory, long? disk, string folder)
    {
        if (MemoryBytes > memory)
        {
            throw new DataException(
                FormattableString.Invariant($"{AtOnce} runs at a time need at least ")
                    + $"{RunEstimate.Needed(MemoryBytes, memory.Value)} of memory in this machine; lower --jobs"
            );
        }

        if (DiskBytes > disk)
        {
            throw new DataException(
                FormattableString.Invariant($"{Runs} runs need {RunEstimate.Needed(DiskBytes, disk.Value)} ")
                    + $"left on the disk of {folder}; make room, or choose another --runs folder"
            );
        }
    }

    static long Disk(IEnumerable<(ExperimentFile File, RunEstimate Estimate)> all) =>
        all.GroupBy(one => Identity.Text(one.File.Resolved.Child(Experiment.DatasetName)!))
            .Sum(same =>
                same.Sum(one => one.Estimate.DiskBytes - one.Estimate.PackBytes)
                + same.Max(one => one.Estimate.PackBytes)
            );
}
