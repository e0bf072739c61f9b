using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>Each task keeps channels that are drawn once (Strezoski et al. 2019).</summary>
/// <param name="Keep">Share of a layer's channels that a task keeps.</param>
public sealed record TaskRouting(decimal Keep) : IPartition
{
    /// <summary>The key of the share that a task keeps.</summary>
    internal static Setting<decimal> KeepKey { get; } =
        new("keep", "share of each layer's channels that a task keeps", Values.Decimal(0, 1), "0.9");

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPartition> Entry { get; } =
        new(
            "task_routing",
            "each task keeps channels of every shared layer, drawn once",
            "Strezoski et al. 2019; paper Table 3",
            [KeepKey],
            values => new TaskRouting(values.Get(KeepKey))
        );

    /// <summary>Channels that a task keeps: C - floor((1 - keep) * C), exact in decimal.</summary>
    public static int Kept(decimal keep, int channels) => channels - (int)Math.Floor((1 - keep) * channels);

    /// <inheritdoc/>
    public LayerMasks Masks(string layer, int channels, ImmutableArray<ImmutableArray<int>> reads) =>
        new(
            new BufferPlan(
                $"{layer}.mask",
                [reads.Length, channels],
                new Initialization.TaskMasks(reads, [.. reads.Select(mine => Kept(Keep, mine.Length))])
            )
        );

    /// <inheritdoc/>
    public IEnumerable<string> Notices(int tasks)
    {
        if (Keep * tasks < 1)
        {
            yield return FormattableString.Invariant(
                $"keep: {Keep} is less than 1/{tasks}; every task keeps 1/{tasks} of the channels instead, "
            ) + "so that each channel serves a task";
        }
    }
}
