using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>The partitions experiment files can name, in <c>etr</c>'s <c>shared</c> and as routings.</summary>
public static class KnownPartitions
{
    /// <summary>One line per partition.</summary>
    internal static Entry<IPartition>[] Entries { get; } =
    [
        TaskRouting.Entry,
        MaxRoaming.Entry,
    ];

    /// <summary>The partitions by name.</summary>
    public static Registry<IPartition> All { get; } = new("partition", Entries);
}
