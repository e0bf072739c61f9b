using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Routing;

/// <summary>
/// The norm of an ETR layer, over what a task reads of the shared branch and then its own branch. Rows of masks, if
/// there are any, are about the first.
/// </summary>
static class BranchNorm
{
    internal static NormPlan Plan(
        ConvSite site,
        string name,
        BranchWidths widths,
        RoutingContext context,
        NormOwnership ownership,
        ImmutableArray<MaskRow>? rows
    )
    {
        var isOwned = ownership == NormOwnership.Owned;
        Func<int, ImmutableArray<NormPart>> parts = isOwned
            ? Owned(name, widths, context, rows)
            : SharedBatch(new AffinePlan(name, Owner.Shared, site.Channels), widths, rows);
        return new NormPlan(
            name,
            site.Output,
            [.. context.TaskNames.Select((_, task) => parts(task))],
            context.RouteNames,
            KeepsStatistics: isOwned
        );
    }

    static Func<int, ImmutableArray<NormPart>> Owned(
        string name,
        BranchWidths widths,
        RoutingContext context,
        ImmutableArray<MaskRow>? rows
    )
    {
        var shared = new AffinePlan($"{name}.shared", Owner.Shared, widths.Shared);
        return task =>
        {
            var own = new AffinePlan($"{name}.tasks.{context.TaskNames[task]}", Owner.Of(task), widths.Own[task]);
            return WithoutEmpty(new NormPart(shared, widths.Reads[task], rows?[task]), new NormPart(own));
        };
    }

    // One affine over all channels, whichever branch they come from.
    static Func<int, ImmutableArray<NormPart>> SharedBatch(
        AffinePlan whole,
        BranchWidths widths,
        ImmutableArray<MaskRow>? rows
    ) =>
        task =>
            rows is null
                ? [new NormPart(whole)]
                : WithoutEmpty(
                    new NormPart(whole, [.. Enumerable.Range(0, widths.ReadBy(task))], rows?[task]),
                    new NormPart(whole, [.. Enumerable.Range(widths.ReadBy(task), widths.Own[task])])
                );

    static ImmutableArray<NormPart> WithoutEmpty(params IEnumerable<NormPart> parts) =>
        [.. parts.Where(part => part.Channels > 0)];
}
