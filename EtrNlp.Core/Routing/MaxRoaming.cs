using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// Task routing whose masks move between steps until each task has kept every channel of every layer once (Pascal et
/// al. 2021, "Maximum Roaming Multi-Task Learning"). The optimiser's state is left as it is.
/// </summary>
/// <param name="Keep">Share of a layer's channels that a task keeps.</param>
/// <param name="Period">Epochs between two moves, rounded up to whole steps.</param>
public sealed record MaxRoaming(decimal Keep, decimal Period) : IRouting
{
    static readonly Setting<decimal> PeriodKey = new(
        "period",
        "epochs between two moves of the masks, rounded up to whole steps; 1 for dense tasks in the paper's protocol",
        Values.Decimal(0, 1000),
        "0.1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "max_roaming",
            "task_routing whose channels move until each task has kept every one",
            "Pascal et al. 2021; paper Tables 3 to 6",
            [TaskRouting.KeepKey, PeriodKey],
            values => new MaxRoaming(values.Get(TaskRouting.KeepKey), values.Get(PeriodKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <inheritdoc/>
    public string NormMode => "shared";

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context)
    {
        var masks = TaskRouting.Masks(site, context, Keep);
        return TaskRouting.Masked(site, context, new LayerMasks(masks, new Roaming(masks, Period)));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Notices(IReadOnlyList<ConvSite> sites, RoutingContext context) =>
        TaskRouting.NoticesOf(Keep, context);
}
