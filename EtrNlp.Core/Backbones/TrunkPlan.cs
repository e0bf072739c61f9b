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
public sealed record TrunkPlan(
    LayerPlan? Stem,
    ImmutableArray<StagePlan> Encoder,
    ImmutableArray<StagePlan> Decoder,
    LayerPlan? Tail
)
{
    /// <summary>The trunk of every route: all its layers in order.</summary>
    public LayerPlan InOrder() => new ChainPlan("trunk", [.. Ends(Stem), .. Stages(), .. Ends(Tail)]);

    // A first unit stands apart from its stage, so that all routes can pass it together.
    IEnumerable<LayerPlan> Stages() =>
        Decoder.IsEmpty
            ? Encoder.Select(stage => stage.InOrder())
            :
            [
                Encoder[0].Units[0],
                new EncoderDecoderPlan(
                    "trunk.stages",
                    [
                        (Encoder[0] with { Units = Encoder[0].Units[1..] }).InOrder(),
                        .. Encoder.Skip(1).Select(stage => stage.InOrder()),
                    ],
                    [.. Decoder.Select(stage => stage.InOrder())]
                ),
            ];

    static IEnumerable<LayerPlan> Ends(LayerPlan? layer) => layer is null ? [] : [layer];
}
