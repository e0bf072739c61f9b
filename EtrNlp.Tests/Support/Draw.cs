using EtrNlp.Core.Networks;
using EtrNlp.Data.Randomness;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Support;

/// <summary>Random tensors that are the same in every run, and what tests read of tensors.</summary>
static class Draw
{
    public static Tensor Gaussian(string name, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, n) => product * n)];
        RandomStream.For(5, "test", name).FillGaussian(values, 1);
        return tensor(values, shape);
    }

    /// <summary>[N, C, H, W], channels-last in memory as layers expect it.</summary>
    public static Tensor Images(string name, int count, FeatureShape shape) =>
        Gaussian(name, count, shape.Height, shape.Width, shape.Channels).permute(0, 3, 1, 2);

    /// <summary>The floats themselves, row-major, for comparisons bit for bit.</summary>
    public static int[] Bits(this Tensor tensor) => Array.ConvertAll(tensor.Floats(), BitConverter.SingleToInt32Bits);

    public static float[] Floats(this Tensor tensor) => [.. tensor.detach().contiguous().data<float>()];

    /// <summary>|a - b| / max(1, |b|), the largest over all entries.</summary>
    public static double Distance(Tensor a, Tensor b) =>
        ((a.detach() - b.detach()).abs() / b.detach().abs().clamp_min(1)).max().item<float>();

    /// <summary>|a - b| / |b| over all entries together.</summary>
    public static double RelativeDistance(Tensor a, Tensor b) =>
        ((a.detach().to(ScalarType.Float32) - b.detach()).norm() / b.detach().norm()).item<float>();

    public static TensorStore Store(LayerPlan plan, long seed = 1) => new(plan.Parameters, plan.Buffers, seed, CPU);
}
