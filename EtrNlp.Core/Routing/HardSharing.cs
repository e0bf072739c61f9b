using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>The de-facto standard: one trunk for all tasks, one head each (Figure 5a).</summary>
public sealed record HardSharing : IRouting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new("hard_sharing", "one trunk for all tasks, one head each", "paper Figure 5a", [], _ => new HardSharing());

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates =>
        [UpdateStrategy.Joint, UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <inheritdoc/>
    public string NormMode => "shared";

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context) => SharedSite.Plan(site, context);
}
