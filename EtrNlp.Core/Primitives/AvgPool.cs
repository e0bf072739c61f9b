using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>The average over a square window at stride 1, padding not counted (Sec. 3.1).</summary>
public sealed record AvgPool(int Kernel) : IPrimitive
{
    static readonly Setting<int> KernelKey = new("kernel", "side of the window in pixels, odd", Windows.Odd, "9");

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } =
        new(
            "avg_pool",
            "average over a square window, padding not counted",
            "paper Sec. 3.1",
            [KernelKey],
            values => new AvgPool(values.Get(KernelKey))
        );

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer(Kernel);

    sealed class Layer(int kernel) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x)
        {
            using var scope = NewDisposeScope();
            var pixels = Sums(ones([1, 1, x.shape[2], x.shape[3]], x.dtype, x.device)); // of each window
            return Sums(x).div_(pixels).MoveToOuterDisposeScope();
        }

        // Columns first, then rows: k + k products instead of k * k.
        Tensor Sums(Tensor x) => Sums(Sums(x, [kernel, 1]), [1, kernel]);

        static Tensor Sums(Tensor x, ReadOnlySpan<long> window) =>
            FixedFilters.Convolve(x, ones([x.shape[1], 1, window[0], window[1]], x.dtype, x.device));
    }
}
