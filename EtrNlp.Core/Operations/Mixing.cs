using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A built <see cref="MixingPlan"/>: what a route mixes with.</summary>
/// <param name="plan">Its plan.</param>
/// <param name="featureGroups">Groups of channels in the order of features, a multiple of its own groups.</param>
/// <param name="tensors">Holds weight and bias.</param>
sealed class Mixing(MixingPlan plan, int featureGroups, TensorStore tensors)
{
    readonly Tensor _weight = tensors[plan.Weight];
    readonly Tensor _bias = tensors[plan.Bias];
    readonly ChannelReads _reads = new(plan.Reads, tensors);

    /// <summary>Whether it is the same for every route.</summary>
    public bool IgnoresRoute => plan.Route is null && _reads.AreWhole;

    /// <summary>Whether a route has channels of it.</summary>
    public bool Serves(int route) => (plan.Route ?? route) == route && !_reads.Skips(route);

    /// <summary>Features [N, k * C, H, W] to the channels that a route reads, [N, C_out, H, W].</summary>
    public Tensor Apply(Tensor features, int route)
    {
        var weight = InOrderOfFeatures().reshape(plan.Channels, -1, 1, 1).In(features.dtype);
        var bias = _bias.In(features.dtype);
        if (_reads.IndexOf(route) is { } index)
        {
            (weight, bias) = (weight.index_select(0, index), bias.index_select(0, index));
        }

        return nn.functional.conv2d(features, weight, bias, groups: plan.Groups);
    }

    // [C_out, C / g, k] to [C_out, feature groups / g, k, C / feature groups]
    Tensor InOrderOfFeatures() =>
        plan.GroupsHoldWholeChannels
            ? _weight.unflatten(1, [featureGroups / plan.Groups, -1]).transpose(2, 3)
            : _weight;
}
