using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>Convolution with filters that are not learned, zero padded, stride 1.</summary>
static class FixedFilters
{
    /// <summary>
    /// x [N, C, H, W] with weight [C, 1 or C, kH, kW], one filter per channel or full; kH and kW odd.
    /// </summary>
    /// <param name="x">Features.</param>
    /// <param name="weight">The filters, rounded to the features' type.</param>
    /// <param name="dilation">Pixels from one tap of a filter to the next.</param>
    internal static Tensor Convolve(Tensor x, Tensor weight, int dilation = 1) =>
        nn.functional.conv2d(
            x,
            weight.In(x.dtype),
            null,
            [1, 1],
            [weight.shape[2] / 2 * dilation, weight.shape[3] / 2 * dilation],
            [dilation, dilation],
            groups: x.shape[1] / weight.shape[1]
        );
}
