using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// One trunk that a partition divides. Its masks follow norms, or convolutions without one, of stem and shortcuts too;
/// forward and backward pass are masked.
/// </summary>
/// <param name="Partition">Which channels each task keeps.</param>
public sealed record PartitionedTrunk(IPartition Partition) : IRouting
{
    /// <summary>A partition as a routing, under the same name.</summary>
    internal static Entry<IRouting> Entry(Entry<IPartition> partition) =>
        new(
            partition.Name,
            partition.Summary,
            partition.Reference,
            partition.Settings,
            values => new PartitionedTrunk(partition.Create(values))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <inheritdoc/>
    public string NormMode => "shared";

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context)
    {
        ImmutableArray<int> all = [.. Enumerable.Range(0, site.Channels)];
        var masks = Partition.Masks(site.Name, site.Channels, [.. context.TaskNames.Select(_ => all)]);
        ImmutableArray<MaskRow> rows = [.. context.TaskNames.Select((_, task) => new MaskRow(masks, task))];
        var layer = SharedSite.Layer(site, context);
        return SharedSite.NormName(site, context) is { } norm
            ? SharedSite.WithNorm(site, layer, context, Owner.Shared, norm, rows: rows)
            : SharedSite.Masked(site, layer, rows);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Notices(IReadOnlyList<ConvSite> sites, RoutingContext context) =>
        Partition.Notices(context.TaskNames.Length);
}
