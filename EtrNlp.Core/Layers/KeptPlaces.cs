using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// 2x2 max pooling (ceil mode) that keeps where each value stood, and its undoing: every value goes back to the place
/// it was the largest at (Badrinarayanan et al. 2017).
/// </summary>
static class KeptPlaces
{
    /// <summary>[N, C, H, W] to [N, C, H / 2, W / 2], and the places [N, C, H, W], true or false.</summary>
    internal static (Tensor Pooled, Tensor Places) Pool(Tensor x)
    {
        var (pooled, indices) = nn.functional.max_pool2d_with_indices(x, [2, 2], [2, 2], ceil_mode: true);
        return (pooled, Places(indices, x.shape[2], x.shape[3]));
    }

    /// <summary>[N, C, H / 2, W / 2] to [N, C, H, W], 0 where no value goes.</summary>
    internal static Tensor Unpool(Tensor x, Tensor places) => Unpooled(x, places.shape[2], places.shape[3]) * places;

    // Where the largest value of each window stood, [N, C, H, W]: the unpooling as an elementwise product stays
    // channels-last, and so does its gradient. Positions are whole numbers, which float32 holds up to 2^24 pixels.
    static Tensor Places(Tensor indices, long height, long width)
    {
        var pixels = arange(Scalars.Of(height * width), dtype: ScalarType.Float32, device: indices.device);
        return Unpooled(indices.to(ScalarType.Float32), height, width).eq(pixels.view(1, 1, height, width));
    }

    // Every value of [N, C, h, w] over its 2x2 window, which the edge of an odd side cuts off.
    static Tensor Unpooled(Tensor x, long height, long width) =>
        nn.functional.interpolate(x, [height, width], mode: InterpolationMode.Nearest);
}
