using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;

namespace EtrNlp.Core.Routing;

/// <summary>
/// A site whose convolution and norm have one owner: hard sharing everywhere, and what ETR leaves as it is.
/// </summary>
static class SharedSite
{
    static readonly Conv OrdinaryConvolution = new();

    /// <summary>
    /// Convolution (or the operation, where the site is replaceable) and norm, with statistics for each route.
    /// </summary>
    internal static LayerPlan Plan(ConvSite site, RoutingContext context, bool keepsStatistics = true) =>
        WithNorm(
            site,
            Layer(site, context, keepsStatistics),
            context,
            Owner.Shared,
            NormName(site, context),
            keepsStatistics
        );

    /// <summary>The convolution, or the operation where the site is replaceable, that all tasks share.</summary>
    internal static LayerPlan Layer(ConvSite site, RoutingContext context, bool keepsStatistics = true) =>
        OperationAt(site, context)
            .Replace(
                site,
                site.Name,
                site.Channels,
                Owner.Shared,
                context.InnerNorms with
                {
                    KeepsStatistics = keepsStatistics,
                }
            );

    /// <summary>The norm after that layer; null if the site has none or the operation ends with its own.</summary>
    internal static string? NormName(ConvSite site, RoutingContext context) =>
        OperationAt(site, context).EndsWithNorm ? null : site.NormName;

    static IOperation OperationAt(ConvSite site, RoutingContext context) =>
        site.Replaceable ? context.Operation : OrdinaryConvolution;

    /// <summary>
    /// A layer followed by a norm of one owner; with rows of masks every task keeps only its channels of it.
    /// </summary>
    internal static LayerPlan WithNorm(
        ConvSite site,
        LayerPlan layer,
        RoutingContext context,
        Owner owner,
        string? normName,
        bool keepsStatistics = true,
        ImmutableArray<MaskRow>? rows = null
    )
    {
        if (normName is null)
        {
            return layer;
        }

        var affine = new AffinePlan(normName, owner, site.Channels);
        return new ChainPlan(
            site.Name,
            [
                layer,
                new NormPlan(
                    normName,
                    site.Output,
                    [.. context.RouteNames.Select((_, route) => PartsOf(route))],
                    context.RouteNames,
                    keepsStatistics
                ),
            ]
        );

        ImmutableArray<NormPart> PartsOf(int route) =>
            [new NormPart(affine, Mask: rows?[route])];
    }

    /// <summary>A layer that no norm follows, of which every task keeps only its channels.</summary>
    internal static LayerPlan Masked(ConvSite site, LayerPlan layer, ImmutableArray<MaskRow> rows) =>
        new ChainPlan(site.Name, [layer, new MaskPlan($"{site.Name}.masked", site.Output, rows)]);
}
