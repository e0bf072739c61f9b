using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// The NLP module without concatenation and without shuffle: the mixing is a sum of one grouped 1x1 product per primitive, each over
/// that primitive's columns of the weight. Exactly Algorithm 1's function, differently summed.
/// </summary>
/// <param name="primitives">The fixed maps.</param>
/// <param name="downSampling">How to halve the size; null at stride 1.</param>
/// <param name="mixings">The learned mixings; those that serve the pass's lane are applied, in order.</param>
sealed class NlpLayer(IPrimitiveLayer[] primitives, DownSampling? downSampling, Mixing[] mixings) : ILayer
{
    public Tensor Forward(Tensor x, Pass pass)
    {
        var active = mixings.Where(mixing => mixing.Serves(pass.Lane)).ToArray();
        var sources = downSampling is { } mode ? primitives.Select(primitive => Halved(primitive, x, mode)) : primitives.Select(primitive => Whole(primitive, x));
        var shared = sources.ToArray();
        var parts = active.Select(mixing => mixing.Reads.Of(mixing.Mix(shared), pass.Lane, dimension: 1)).ToArray();
        return parts.Length == 1 ? parts[0] : cat(parts, 1);
    }

    // A uniform primitive is spread after the mixing, so that autograd keeps only x for it.
    static Source Whole(IPrimitiveLayer primitive, Tensor x) =>
        primitive is IUniformPrimitiveLayer uniform ? new Source(x, uniform.Offset, uniform.Spread) : new Source(primitive.Apply(x), null, null);

    // Averaging 2x2 commutes with the mixing, which is then done on a quarter of the pixels.
    static Source Halved(IPrimitiveLayer primitive, Tensor x, DownSampling mode) => new(Halve(primitive.Apply(x), mode), null, null);

    static Tensor Halve(Tensor x, DownSampling mode) => mode == DownSampling.Inside
        ? x.slice(2, 0, x.shape[2], 2).slice(3, 0, x.shape[3], 2)
        : nn.functional.avg_pool2d(x, 2, 2, ceil_mode: true);
}

/// <summary>What one primitive gives to the mixing: features to multiply, an offset to add to them, and what to do with the product.</summary>
readonly record struct Source(Tensor Features, Tensor? Offset, Func<Tensor, Tensor>? Spread);

/// <summary>A built <see cref="MixingPlan"/>.</summary>
sealed class Mixing(MixingPlan plan, TensorStore tensors)
{
    readonly Tensor _weight = tensors[plan.Weight];
    readonly Tensor _bias = tensors[plan.Bias];
    readonly bool _groupsHoldWholeChannels = plan.InputChannels % plan.Groups == 0;

    public ChannelReads Reads { get; } = new(plan.Reads, tensors);

    public bool Serves(int lane) => (plan.Lane ?? lane) == lane && !Reads.Skips(lane);

    public Tensor Mix(Source[] sources)
    {
        var weights = Slices();
        Tensor? sum = null;
        for (var p = 0; p < sources.Length; p++)
        {
            var product = Product(sources[p].Features, weights[p], sum is null ? _bias : null);
            var spread = sources[p].Spread is { } spreads ? spreads(product) : product;
            var whole = sources[p].Offset is { } offset ? spread + Product(offset.expand(1, plan.InputChannels, -1, -1), weights[p], null) : spread;
            sum = sum is null ? whole : sum + whole;
        }

        return sum!; // [N, C_out, H, W]
    }

    Tensor Product(Tensor x, Tensor weight, Tensor? bias) =>
        nn.functional.conv2d(x, weight, bias, groups: _groupsHoldWholeChannels ? plan.Groups : 1);

    // Column c * k + p of a group belongs to primitive p of the group's channel c.
    Tensor[] Slices() => (_groupsHoldWholeChannels
        ? _weight.view(plan.Channels, plan.InputChannels / plan.Groups, plan.Primitives)
        : torch.block_diag([.. _weight.view(plan.Groups, plan.Channels / plan.Groups, -1).unbind(0)]).view(plan.Channels, plan.InputChannels, plan.Primitives))
        .unbind(2).Select(slice => slice.unsqueeze(-1).unsqueeze(-1)).ToArray(); // k times [C_out, C_in / g, 1, 1]
}
