using EtrNlp.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A built <see cref="MixingPlan"/>: what a route mixes with.</summary>
/// <param name="plan">Its plan.</param>
/// <param name="featureGroups">Groups of channels in the order of features, a multiple of its own groups.</param>
/// <param name="tensors">Holds weight and bias.</param>
sealed class Mixing(MixingPlan plan, int featureGroups, TensorStore tensors)
{
    const int FewPixels = 4;

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

        return IsFasterStacked(features)
            ? Stacked(Mixed(Stacked(features, 1)), features.shape[0])
            : Mixed(features);

        Tensor Mixed(Tensor x) => nn.functional.conv2d(x, weight, bias, groups: plan.Groups);
    }

    // For one group or one thread libtorch has slower kernels for a single image.
    bool IsFasterStacked(Tensor features) =>
        features.shape[2] * features.shape[3] <= FewPixels
        && plan.Groups > 1
        && get_num_threads() > 1
        && features.device_type == DeviceType.CPU;

    // [N, C, H, W] channels-last as that many images, one below the other: the mixing knows no neighbours.
    static Tensor Stacked(Tensor x, long images) =>
        x.permute(0, 2, 3, 1).reshape(images, -1, x.shape[3], x.shape[1]).permute(0, 3, 1, 2);

    // [C_out, C / g, k] to [C_out, feature groups / g, k, C / feature groups]
    Tensor InOrderOfFeatures() =>
        plan.GroupsHoldWholeChannels
            ? _weight.unflatten(1, [featureGroups / plan.Groups, -1]).transpose(2, 3)
            : _weight;
}
