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

    sealed class Layer(int kernel) : IUniformPrimitiveLayer
    {
        public FixedOffset? Offset => null;

        public AxisMaps? Averages(int height, int width) =>
            kernel == 1 ? null : new AxisMaps(Averaging(height), Averaging(width));

        // The window's average is the average of its rows' averages, since what the border cuts off is a rectangle: k +
        // k reads instead of k * k.
        public Tensor Apply(Tensor x) =>
            nn.functional.avg_pool2d(
                nn.functional.avg_pool2d(x, [kernel, 1], [1, 1], [kernel / 2, 0], count_include_pad: false),
                [1, kernel],
                [1, 1],
                [0, kernel / 2],
                count_include_pad: false
            );

        float[,] Averaging(int side) =>
            AxisMaps.Fill(
                side,
                side,
                (to, from) =>
                {
                    var (first, last) = (Math.Max(0, to - (kernel / 2)), Math.Min(side - 1, to + (kernel / 2)));
                    return from >= first && from <= last ? 1f / (last - first + 1) : 0;
                }
            );
    }
}
