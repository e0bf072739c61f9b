using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// Task routing whose masks move between steps until each task has kept every channel of every layer once (Pascal et
/// al. 2021, "Maximum Roaming Multi-Task Learning"). The optimiser's state is left as it is.
/// </summary>
/// <param name="Keep">Share of a layer's channels that a task keeps.</param>
/// <param name="Period">Epochs between two moves, rounded up to whole steps.</param>
public sealed record MaxRoaming(decimal Keep, decimal Period) : IPartition
{
    static readonly Setting<decimal> PeriodKey = new(
        "period",
        "epochs between two moves of the masks, rounded up to whole steps; 1 for dense tasks in the paper's protocol",
        Values.Decimal(0, 1000),
        "0.1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPartition> Entry { get; } =
        new(
            "max_roaming",
            "task_routing whose channels move until each task has kept every one",
            "Pascal et al. 2021; paper Tables 3 to 6",
            [TaskRouting.KeepKey, PeriodKey],
            values => new MaxRoaming(values.Get(TaskRouting.KeepKey), values.Get(PeriodKey))
        );

    TaskRouting Start => new(Keep);

    /// <inheritdoc/>
    public LayerMasks Masks(string layer, int channels, ImmutableArray<ImmutableArray<int>> reads)
    {
        var start = Start.Masks(layer, channels, reads).Values;
        return new LayerMasks(start, new Roaming(start, Period, reads));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Notices(int tasks) => Start.Notices(tasks);
}
