using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A fixed map that has to be computed, and the primitives whose weights mix it.</summary>
/// <param name="Primitives">Their positions in the module; their weights add up.</param>
/// <param name="Rows">
/// The map, [N, C, H, W] to rows of pixels [N * H' * W', C]; a view where it is the input itself.
/// </param>
/// <param name="WithInputGradient">
/// The same, and what takes a gradient of the rows to that of the input, channels-last, to be asked once.
/// </param>
/// <param name="IsInput">Whether it is the input itself.</param>
sealed record FixedMap(
    int[] Primitives,
    Func<Tensor, Tensor> Rows,
    Func<Tensor, (Tensor Rows, Func<Tensor, Tensor> InputGradient)> WithInputGradient,
    bool IsInput = false
)
{
    /// <summary>A map whose gradient does not depend on where it is taken.</summary>
    public static FixedMap Linear(
        int[] primitives,
        Func<Tensor, Tensor> rows,
        Func<Tensor, Tensor> inputGradient,
        bool isInput = false
    ) => new(primitives, rows, x => (rows(x), inputGradient), isInput);
}

/// <summary>What a primitive adds to the rows of every image: scale * rows, [H' * W', C].</summary>
sealed record OffsetRows(int Primitive, Tensor Rows, double Scale);

/// <summary>
/// The feature maps of an NLP module that are really different: primitives of the form S(x) + offset share the map
/// S(x), and their offsets become a constant map of the output. A stride of 2 is taken before the mixing, with which it
/// commutes, and is one map with S.
/// </summary>
sealed class FixedMaps
{
    readonly Func<OffsetRows>[] _offsets;

    public FixedMaps(IPrimitiveLayer[] primitives, FeatureShape input, DownSampling? downSampling, TensorStore tensors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var halving = Halving(input, downSampling);
        var halve = halving is null ? null : new SpatialMap(halving, tensors);
        var uniform = primitives
            .Index()
            .Where(p => p.Item is IUniformPrimitiveLayer)
            .Select(p => (p.Index, Layer: (IUniformPrimitiveLayer)p.Item))
            .ToArray();
        Maps = [.. OfUniform(uniform, input, halving, halve, tensors), .. OfOthers(primitives, input, halve)];
        _offsets =
        [
            .. from p in uniform
            where p.Layer.Offset is not null
            select (Func<OffsetRows>)(() => OffsetOf(p.Index, p.Layer.Offset!, input, halve)),
        ];
    }

    /// <summary>The maps.</summary>
    public FixedMap[] Maps { get; }

    /// <summary>
    /// The offsets in the type of what they are added to; read anew each time, since a checkpoint may have filled the
    /// buffers.
    /// </summary>
    public OffsetRows[] Offsets(ScalarType type) =>
        [.. _offsets.Select(offset => offset()).Select(offset => offset with { Rows = offset.Rows.In(type) })];

    /// <summary>The pixels of [N, C, H, W] as rows [N * H * W, C]; a view where they lie channels-last.</summary>
    public static Tensor AsRows(Tensor x) => x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]);

    static AxisMaps? Halving(FeatureShape input, DownSampling? downSampling) =>
        downSampling switch
        {
            null => null,
            DownSampling.Inside => AxisMaps.EverySecond(input.Height, input.Width),
            _ => AxisMaps.HalvedByAverage(input.Height, input.Width),
        };

    static IEnumerable<FixedMap> OfUniform(
        (int Index, IUniformPrimitiveLayer Layer)[] primitives,
        FeatureShape input,
        AxisMaps? halving,
        SpatialMap? halve,
        TensorStore tensors
    )
    {
        var spreads = primitives.Select(p => (p.Index, Axes: p.Layer.Averages(input.Height, input.Width))).ToArray();
        var plain = spreads.Where(p => p.Axes is null).Select(p => p.Index).ToArray();
        if (plain.Length > 0)
        {
            yield return halve is null
                ? FixedMap.Linear(plain, AsRows, gradient => AsImages(gradient, input), isInput: true)
                : Spatial(plain, halve, input);
        }

        foreach (var (index, axes) in spreads.Where(p => p.Axes is not null))
        {
            yield return Spatial([index], new SpatialMap(halving?.After(axes!) ?? axes!, tensors), input);
        }
    }

    static IEnumerable<FixedMap> OfOthers(IPrimitiveLayer[] primitives, FeatureShape input, SpatialMap? halve)
    {
        return from p in primitives.Index()
               where p.Item is not IUniformPrimitiveLayer
               select p.Item is ILinearPrimitiveLayer linear
                   ? FixedMap.Linear(
                       [p.Index],
                       x => Halved(linear.Apply(x)),
                       gradient => linear.InputGradient(Whole(gradient))
                   )
                   : new FixedMap([p.Index], x => Halved(p.Item.Apply(x)), x => Differentiated(p.Item, x));

        Tensor Halved(Tensor images) => halve is null ? AsRows(images) : Mapped(images, halve);

        Tensor Whole(Tensor gradient) => halve is null ? AsImages(gradient, input) : Unmapped(gradient, halve, input);

        (Tensor, Func<Tensor, Tensor>) Differentiated(IPrimitiveLayer primitive, Tensor x)
        {
            using var grad = enable_grad();
            var leaf = x.detach().requires_grad_();
            var images = primitive.Apply(leaf);
            return (Halved(images.detach()), InputGradient);

            Tensor InputGradient(Tensor gradient)
            {
                images.backward([Whole(gradient)]);
                return leaf.grad!;
            }
        }
    }

    static FixedMap Spatial(int[] primitives, SpatialMap map, FeatureShape input) =>
        FixedMap.Linear(primitives, x => Mapped(x, map), gradient => Unmapped(gradient, map, input));

    static Tensor Mapped(Tensor x, SpatialMap map) =>
        map.Apply(AsRows(x).reshape(x.shape[0], -1, x.shape[1])).reshape(-1, x.shape[1]);

    static Tensor Unmapped(Tensor gradient, SpatialMap map, FeatureShape input) =>
        AsImages(map.InputGradient(gradient.reshape(-1, map.Pixels, input.Channels)), input);

    static Tensor AsImages(Tensor rows, FeatureShape shape) =>
        rows.reshape(-1, shape.Height, shape.Width, shape.Channels).permute(0, 3, 1, 2);

    static OffsetRows OffsetOf(int primitive, FixedOffset offset, FeatureShape input, SpatialMap? halve)
    {
        var rows = offset.Map.expand(input.Channels, -1, -1).flatten(1).t(); // [H * W, C]
        return new OffsetRows(
            primitive,
            halve is null ? rows : halve.Apply(rows.unsqueeze(0)).squeeze(0),
            offset.Scale
        );
    }
}
