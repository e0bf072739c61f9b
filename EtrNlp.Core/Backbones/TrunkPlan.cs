using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Backbones;

/// <summary>Plans a backbone for images of one size, given what stands at each convolution and its norm.</summary>
public delegate TrunkPlan TrunkPlanner(Func<ConvSite, LayerPlan> place);

/// <summary>A stage of a backbone: layers between which the features keep their size.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Units">Blocks, or convolutions with norm and activation, in order.</param>
/// <param name="Pool">The pooling at its end; null where it has none that stands alone.</param>
public sealed record StagePlan(string Name, ImmutableArray<LayerPlan> Units, LayerPlan? Pool = null)
{
    /// <summary>Features that leave it.</summary>
    public FeatureShape Output => (Pool ?? Units[^1]).Output;

    /// <summary>Its layers one after the other.</summary>
    public LayerPlan InOrder() => new ChainPlan(Name, Pool is null ? Units : Units.Add(Pool));
}

/// <summary>
/// A backbone from image to features as it shows itself to a routing, which puts the stages together.
/// </summary>
/// <param name="Stem">What stands before the first stage, or null.</param>
/// <param name="Encoder">The stages.</param>
/// <param name="Decoder">
/// As many stages again, or none. Where there are some, every stage of the encoder ends in 2x2 max pooling, and stage i
/// of the decoder begins by undoing that of stage n - 1 - i.
/// </param>
/// <param name="Tail">What stands behind the last stage, or null.</param>
/// <param name="Unit">Plans one more unit, from its name, the features that enter and the channels that leave.</param>
/// <param name="Pointwise">Plans a 1x1 convolution with bias, started as the backbone starts such, of an owner.</param>
public sealed record TrunkPlan(
    LayerPlan? Stem,
    ImmutableArray<StagePlan> Encoder,
    ImmutableArray<StagePlan> Decoder,
    LayerPlan? Tail,
    Func<string, FeatureShape, int, LayerPlan> Unit,
    Func<string, FeatureShape, int, Owner, LayerPlan> Pointwise
)
{
    /// <summary>All layers in order.</summary>
    /// <param name="between">
    /// What stands between a stage and the next, given the features that leave the first, pooled and not yet unpooled;
    /// null: nothing.
    /// </param>
    public LayerPlan InOrder(Func<StagePlan, FeatureShape, LayerPlan>? between = null)
    {
        ImmutableArray<LayerPlan> stations =
            between is null ? [] : [.. Leaving().SkipLast(1).Select(one => between(one.Stage, one.Features))];
        var stages = Decoder.IsEmpty ? Chained(stations) : Mirrored(stations);
        return new ChainPlan("trunk", [.. Ends(Stem), .. stages, .. Ends(Tail)]);
    }

    /// <summary>A 1x1 convolution with bias, started as the framework's default: uniform in 1 / sqrt(fan in).</summary>
    internal static LayerPlan DefaultPointwise(string name, FeatureShape input, int channels, Owner owner) =>
        new ConvolutionPlan(
            name,
            input,
            channels,
            1,
            1,
            Bias: true,
            owner,
            (fanIn, _) => new Initialization.Uniform(1 / Math.Sqrt(fanIn))
        );

    // All stages with the features that leave them, pooled where the decoder undoes it.
    IEnumerable<(StagePlan Stage, FeatureShape Features)> Leaving() =>
        Encoder
            .Select(stage => (stage, stage.Output.Strided(Decoder.IsEmpty ? 1 : 2)))
            .Concat(Decoder.Select(stage => (stage, stage.Output)));

    IEnumerable<LayerPlan> Chained(ImmutableArray<LayerPlan> stations) =>
        Encoder.SelectMany((stage, i) => stations.Skip(i).Take(1).Prepend(stage.InOrder()));

    // A first unit of several stands apart from its stage, so that all routes can pass it together.
    IEnumerable<LayerPlan> Mirrored(ImmutableArray<LayerPlan> stations)
    {
        var apart = Encoder[0].Units.Length > 1 ? 1 : 0;
        var rest = Encoder.SetItem(0, Encoder[0] with { Units = Encoder[0].Units[apart..] });
        return
        [
            .. Encoder[0].Units[..apart],
            new EncoderDecoderPlan(
                "trunk.stages",
                [.. rest.Select(stage => stage.InOrder())],
                [.. Decoder.Select(stage => stage.InOrder())],
                stations
            ),
        ];
    }

    static IEnumerable<LayerPlan> Ends(LayerPlan? layer) => layer is null ? [] : [layer];
}
