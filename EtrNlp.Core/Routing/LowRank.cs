using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// One trunk in whose replaceable convolutions each task adds B_t A_t to what all share: A_t is k x k from C_in to r
/// channels with the stride of the site, B_t is 1x1 from r to C_out and starts at 0. So it starts as hard sharing.
/// After MTLoRA (Agiza et al. 2024, arXiv 2403.20320), which adds such terms to the linear maps of a transformer.
/// </summary>
/// <param name="Rank">r, the channels between A_t and B_t.</param>
public sealed record LowRank(int Rank) : IRouting
{
    static readonly Setting<int> RankKey = new(
        "rank",
        "channels between the two convolutions of a task",
        Values.Integer(min: 1, max: 4096),
        "4"
    );

    static readonly Initialization Nothing = new Initialization.Constant(0);

    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "low_rank",
            "one trunk; each task adds a convolution of low rank to every layer",
            "after Agiza et al. 2024, arXiv 2403.20320",
            [RankKey],
            values => new LowRank(values.Get(RankKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <inheritdoc/>
    public string NormMode => "shared";

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context)
    {
        var shared = SharedSite.Layer(site, context);
        var layer = site.Replaceable
            ? new LowRankPlan(
                site.Name,
                shared,
                [.. context.TaskNames.Select((task, t) => Term($"{site.Name}.tasks.{task}", site, Owner.Of(t)))]
            )
            : shared;
        return SharedSite.WithNorm(site, layer, context, Owner.Shared, SharedSite.NormName(site, context));
    }

    // B_t A_t, without biases: the shared layer has one where the backbone wants it.
    ChainPlan Term(string name, ConvSite site, Owner owner)
    {
        var a = new ConvolutionPlan(
            $"{name}.a",
            site.Input,
            Rank,
            site.Kernel,
            site.Stride,
            Bias: false,
            owner,
            site.WeightInitialization
        );
        var b = new ConvolutionPlan($"{name}.b", a.Output, site.Channels, 1, 1, Bias: false, owner, (_, _) => Nothing);
        return new ChainPlan(name, [a, b]);
    }
}
