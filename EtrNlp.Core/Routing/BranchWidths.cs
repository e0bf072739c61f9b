using System.Collections.Immutable;

namespace EtrNlp.Core.Routing;

/// <summary>The channels of an ETR layer.</summary>
/// <param name="Shared">Channels of the shared branch.</param>
/// <param name="Reads">For each task, which channels of the shared branch it reads; null is all of them.</param>
/// <param name="Own">For each task, the channels of its own branch.</param>
public sealed record BranchWidths(int Shared, ImmutableArray<ImmutableArray<int>?> Reads, ImmutableArray<int> Own)
{
    /// <summary>How many channels of the shared branch a task reads.</summary>
    public int ReadBy(int task) => Reads[task]?.Length ?? Shared;

    /// <summary>Which channels of the shared branch a task reads, each by its position.</summary>
    public ImmutableArray<int> ChannelsReadBy(int task) => Reads[task] ?? [.. Enumerable.Range(0, Shared)];
}
