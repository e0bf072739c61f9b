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
    internal static LayerPlan Plan(ConvSite site, RoutingContext context, bool keepsStatistics = true)
    {
        var operation = site.Replaceable ? context.Operation : OrdinaryConvolution;
        return WithNorm(
            site,
            operation.Replace(
                site,
                site.Name,
                site.Channels,
                Owner.Shared,
                context.InnerNorms with
                {
                    KeepsStatistics = keepsStatistics,
                }
            ),
            context,
            Owner.Shared,
            operation.EndsWithNorm ? null : site.NormName,
            keepsStatistics
        );
    }

    /// <summary>A layer followed by a norm of one owner.</summary>
    internal static LayerPlan WithNorm(
        ConvSite site,
        LayerPlan layer,
        RoutingContext context,
        Owner owner,
        string? normName,
        bool keepsStatistics = true
    )
    {
        if (normName is null)
        {
            return layer;
        }

        ImmutableArray<NormPart> parts = [new NormPart(new AffinePlan(normName, owner, site.Channels))];
        return new ChainPlan(
            site.Name,
            [
                layer,
                new NormPlan(
                    normName,
                    site.Output,
                    [.. context.RouteNames.Select(_ => parts)],
                    context.RouteNames,
                    keepsStatistics
                ),
            ]
        );
    }
}
