using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>The maximum over a square window at stride 1, padding ignored (Sec. 3.1).</summary>
public sealed record MaxPool(int Kernel) : IPrimitive
{
    static readonly Setting<int> KernelKey = new("kernel", "side of the window in pixels, odd", Windows.Odd, "3");

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } =
        new(
            "max_pool",
            "maximum over a square window",
            "paper Sec. 3.1",
            [KernelKey],
            values => new MaxPool(values.Get(KernelKey))
        );

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer(Kernel);

    sealed class Layer(int kernel) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x) => nn.functional.max_pool2d(x, kernel, 1, kernel / 2);
    }
}
