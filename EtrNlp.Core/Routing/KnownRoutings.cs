using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>The routings experiment files can name.</summary>
public static class KnownRoutings
{
    /// <summary>One line per routing; every partition is one too.</summary>
    public static Registry<IRouting> All { get; } =
        new(
            "routing",
            [
                HardSharing.Entry,
                SingleTask.Entry,
                Etr.Entry,
                .. KnownPartitions.Entries.Select(PartitionedTrunk.Entry),
                Attentive.Entry,
                LowRank.Entry,
                CrossStitch.Entry,
                Mtan.Entry,
            ]
        );
}
