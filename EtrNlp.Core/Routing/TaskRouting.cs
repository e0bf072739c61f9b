using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// One trunk in which each task keeps some channels of every layer, drawn once (Strezoski et al. 2019). The masks
/// follow norms, or convolutions without one, of stem and shortcuts too; forward and backward pass are masked.
/// </summary>
/// <param name="Keep">Share of a layer's channels that a task keeps.</param>
public sealed record TaskRouting(decimal Keep) : IRouting
{
    /// <summary>The key of the share that a task keeps.</summary>
    internal static Setting<decimal> KeepKey { get; } =
        new("keep", "share of each layer's channels that a task keeps", Values.Decimal(0, 1), "0.9");

    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "task_routing",
            "one trunk; each task keeps channels of every layer that are drawn once",
            "Strezoski et al. 2019; paper Table 3",
            [KeepKey],
            values => new TaskRouting(values.Get(KeepKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <inheritdoc/>
    public string NormMode => "shared";

    /// <summary>Channels that a task keeps: C - floor((1 - keep) * C), exact in decimal.</summary>
    public static int Kept(decimal keep, int channels) => channels - (int)Math.Floor((1 - keep) * channels);

    /// <summary>The masks of a site, [T, C].</summary>
    internal static BufferPlan Masks(ConvSite site, RoutingContext context, decimal keep) =>
        new(
            $"{site.Name}.mask",
            [context.TaskNames.Length, site.Channels],
            new Initialization.TaskMasks(context.TaskNames.Length, Kept(keep, site.Channels))
        );

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context) =>
        Masked(site, context, new LayerMasks(Masks(site, context, Keep)));

    /// <inheritdoc/>
    public IEnumerable<string> Notices(IReadOnlyList<ConvSite> sites, RoutingContext context) =>
        NoticesOf(Keep, context);

    /// <summary>What the user should know about a share to keep.</summary>
    internal static IEnumerable<string> NoticesOf(decimal keep, RoutingContext context)
    {
        if (keep * context.TaskNames.Length < 1)
        {
            yield return FormattableString.Invariant(
                $"keep: {keep} is less than 1/{context.TaskNames.Length}; every task keeps that share of the channels, "
            ) + "so that each channel serves a task";
        }
    }

    /// <summary>The shared layer of a site, its norm included, with the channels of each task.</summary>
    internal static LayerPlan Masked(ConvSite site, RoutingContext context, LayerMasks masks)
    {
        var layer = SharedSite.Layer(site, context);
        return SharedSite.NormName(site, context) is { } norm
            ? SharedSite.WithNorm(site, layer, context, Owner.Shared, norm, masks: masks)
            : new ChainPlan(site.Name, [layer, new MaskPlan($"{site.Name}.masked", site.Output, masks)]);
    }
}
