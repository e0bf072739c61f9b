using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A product of the mixing: the primitives whose weights it adds up, and a map that spreads it over pixels afterwards.</summary>
sealed record Term(int[] Primitives, SpatialMap? After);

/// <summary>One feature map that has to be computed, and the products that are made from it.</summary>
sealed record FeatureMap(Func<Tensor, Tensor> Rows, Term[] Terms);

/// <summary>
/// The feature maps of an NLP module that are really different. P(x) = S(x) + offset with S alike for all channels commutes with the
/// mixing: at stride 1 such primitives need no map but x, S being applied to the few mixed channels, and their offsets become a
/// constant map of the output. At stride 2 every map is halved first, S and the halving being one map.
/// </summary>
sealed class FeatureMaps
{
    readonly FeatureMap[] _maps;
    readonly (int Primitive, Func<Tensor> Rows)[] _offsets;

    public FeatureMaps(IPrimitiveLayer[] primitives, FeatureShape input, DownSampling? downSampling, TensorStore tensors)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var halving = downSampling is null ? null : downSampling == DownSampling.Inside
            ? AxisMaps.EverySecond(input.Height, input.Width)
            : AxisMaps.HalvedByAverage(input.Height, input.Width);
        var halve = halving is null ? null : new SpatialMap(halving, tensors);
        var indexed = primitives.Index().ToArray();
        var spreads = indexed.ToDictionary(p => p.Index, p => (p.Item as IUniformPrimitiveLayer)?.Spread(input.Height, input.Width));
        var plain = indexed.Where(p => p.Item is IUniformPrimitiveLayer && spreads[p.Index] is null).Select(p => p.Index).ToArray();
        var spread = indexed.Where(p => spreads[p.Index] is not null).Select(p => p.Index).ToArray();

        var maps = new List<FeatureMap>();
        if (halving is null)
        {
            var fromInput = spread.Select(p => new Term([p], new SpatialMap(spreads[p]!, tensors))).Prepend(new Term(plain, null)).Where(term => term.Primitives.Length > 0);
            maps.Add(new FeatureMap(AsRows, [.. fromInput]));
        }
        else
        {
            maps.Add(new FeatureMap(x => Mapped(x, halve!), [new Term(plain, null)]));
            maps.AddRange(spread.Select(p => new SpatialMap(halving.After(spreads[p]!), tensors)).Zip(spread, (map, p) => new FeatureMap(x => Mapped(x, map), [new Term([p], null)])));
        }

        var others = indexed.Where(p => p.Item is not IUniformPrimitiveLayer);
        maps.AddRange(others.Select(p => new FeatureMap(
            halve is null ? x => AsRows(p.Item.Apply(x)) : x => Mapped(p.Item.Apply(x), halve), [new Term([p.Index], null)])));
        _maps = [.. maps.Where(map => map.Terms.Any(term => term.Primitives.Length > 0))];
        Terms = [.. _maps.Select(map => map.Terms)];
        _offsets = [.. indexed.Where(p => p.Item is IUniformPrimitiveLayer { Offset: not null })
            .Select(p => (p.Index, (Func<Tensor>)(() => OffsetRows(((IUniformPrimitiveLayer)p.Item).Offset!, input, halve))))];
    }

    /// <summary>The products of each map.</summary>
    public Term[][] Terms { get; }

    /// <summary>Offsets as rows [H' * W', C], by primitive; read anew each time, since a checkpoint may have filled the buffers.</summary>
    public (int Primitive, Tensor Rows)[] Offsets() => [.. _offsets.Select(offset => (offset.Primitive, offset.Rows()))];

    /// <summary>Every map of x, as rows of pixels [N * H' * W', C].</summary>
    public Tensor[] Of(Tensor x) => [.. _maps.Select(map => map.Rows(x))];

    // A view where x lies channels-last.
    static Tensor AsRows(Tensor x) => x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]);

    static Tensor Mapped(Tensor x, SpatialMap map) => map.Apply(x.permute(0, 2, 3, 1).reshape(x.shape[0], -1, x.shape[1])).view(-1, x.shape[1]);

    static Tensor OffsetRows(Tensor offset, FeatureShape input, SpatialMap? halve)
    {
        var whole = offset.expand(1, input.Channels, -1, -1);
        return (halve is null ? AsRows(whole) : Mapped(whole, halve)).contiguous();
    }
}
