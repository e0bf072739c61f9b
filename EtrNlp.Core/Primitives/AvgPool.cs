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

    // Columns, then rows. Windows around one row hold equally many rows, so the mean of means is that of the square.
    sealed class Layer(int kernel) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x)
        {
            using var scope = NewDisposeScope();
            return Means(Means(x, [kernel, 1]), [1, kernel]).MoveToOuterDisposeScope();
        }

        static Tensor Means(Tensor x, long[] window) =>
            nn.functional.avg_pool2d(
                x,
                window,
                [1, 1],
                [window[0] / 2, window[1] / 2],
                count_include_pad: false
            );
    }
}
