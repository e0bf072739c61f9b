using EtrNlp.Data.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>The average over a square window at stride 1, padding not counted (Sec. 3.1; methods.md 2.2).</summary>
public sealed record AvgPool(int Kernel) : IPrimitive
{
    static readonly Parameter<int> KernelKey = new("kernel", "side of the window in pixels, odd", Windows.Odd, "9");

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } = new(
        "avg_pool", "average over a square window, padding not counted", "paper Sec. 3.1", [KernelKey], values => new AvgPool(values.Get(KernelKey)));

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer(Kernel);

    sealed class Layer(int kernel) : IUniformPrimitiveLayer
    {
        public Tensor? Offset => null;

        public Tensor Apply(Tensor x) => Spread(x);

        // The window's average is the average of its rows' averages, since what the border cuts off is a rectangle: k + k reads instead of k * k.
        public Tensor Spread(Tensor x) => AlongWidth(AlongHeight(x));

        // A window that covers the whole axis from every position averages the axis.
        Tensor AlongHeight(Tensor x) => kernel / 2 >= x.shape[2] - 1
            ? x.mean([2], keepdim: true).expand(x.shape)
            : nn.functional.avg_pool2d(x, [kernel, 1], [1, 1], [kernel / 2, 0], count_include_pad: false);

        Tensor AlongWidth(Tensor x) => kernel / 2 >= x.shape[3] - 1
            ? x.mean([3], keepdim: true).expand(x.shape)
            : nn.functional.avg_pool2d(x, [1, kernel], [1, 1], [0, kernel / 2], count_include_pad: false);
    }
}
