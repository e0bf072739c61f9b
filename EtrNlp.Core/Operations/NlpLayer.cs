using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// A built NLP module, Algorithm 1 with its features in another order: those of a group of the mixing lie together,
/// which takes the place of the shuffle. Pooling comes before the mixing, with which it commutes.
/// </summary>
/// <param name="primitives">The fixed maps.</param>
/// <param name="pooling">How the maps are halved; null where the stride is 1.</param>
/// <param name="featureGroups">Groups of channels in the order of features.</param>
/// <param name="mixings">What mixes the features: the outputs stand side by side.</param>
sealed class NlpLayer(IPrimitiveLayer[] primitives, DownSampling? pooling, int featureGroups, Mixing[] mixings) : ILayer
{
    readonly bool _ignoresRoute = Array.TrueForAll(mixings, mixing => mixing.IgnoresRoute);

    public Tensor Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var features = Features(x);
        return (_ignoresRoute ? Mixed(features, pass) : BatchedRoutes.Each(features, pass, Mixed))
            .MoveToOuterDisposeScope();
    }

    // [N, C, H, W] to [N, k * C, H', W'], channels-last: group by group the maps of each primitive.
    Tensor Features(Tensor x)
    {
        using var scope = NewDisposeScope();
        var maps = primitives.Select(primitive => Grouped(Halved(primitive.Apply(x)))).ToArray();
        return cat(maps, 4).flatten(3, 5).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    Tensor Halved(Tensor map) =>
        pooling switch
        {
            null => map,
            DownSampling.Inside => map.slice(2, 0, map.shape[2], 2).slice(3, 0, map.shape[3], 2),
            _ => nn.functional.avg_pool2d(map, 2, 2, ceil_mode: true),
        };

    // [N, C, H, W] to [N, H, W, groups, 1, C / groups]
    Tensor Grouped(Tensor map) =>
        map.permute(0, 2, 3, 1).unflatten(3, [featureGroups, 1, map.shape[1] / featureGroups]);

    Tensor Mixed(Tensor features, Pass pass)
    {
        var mixed = mixings
            .Where(mixing => mixing.Serves(pass.Route))
            .Select(mixing => mixing.Apply(features, pass.Route))
            .ToArray();
        return mixed.Length == 1 ? mixed[0] : cat(mixed, 1);
    }
}
