using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A built <see cref="MixingPlan"/>: what a route mixes with.</summary>
sealed class Mixing(MixingPlan plan, TensorStore tensors)
{
    readonly Tensor _weight = tensors[plan.Weight];
    readonly Tensor _bias = tensors[plan.Bias];
    readonly ChannelReads _reads = new(plan.Reads, tensors);

    /// <summary>Whether it is the same for every route.</summary>
    public bool IgnoresRoute => plan.Route is null && _reads.AreWhole;

    public bool Serves(int route) => (plan.Route ?? route) == route && !_reads.Skips(route);

    /// <summary>The weights of the channels that a route reads.</summary>
    public GroupedWeight Of(int route)
    {
        var (weight, groups) = plan.GroupsHoldWholeChannels ? (_weight, plan.Groups) : (Dense(), 1);
        return _reads.IndexOf(route) is { } index
            ? new GroupedWeight(
                weight.permute(2, 0, 1).index_select(1, index).permute(1, 2, 0),
                _bias.index_select(0, index),
                groups
            )
            : new GroupedWeight(weight, _bias, groups);
    }

    // Where groups cut through channels, one product over all channels, with zeros between the groups; [C_out, C, k].
    Tensor Dense() =>
        block_diag([.. _weight.view(plan.Groups, plan.Channels / plan.Groups, -1).unbind(0)])
            .view(plan.Channels, plan.InputChannels, plan.Primitives)
            .permute(2, 0, 1)
            .contiguous()
            .permute(1, 2, 0);
}
