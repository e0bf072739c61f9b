using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>The average over a square window, the padding counted.</summary>
public sealed record Blur(int Kernel) : IPrimitive
{
    static readonly Setting<int> KernelKey = new("kernel", "side of the window in pixels, odd", Windows.Odd, "3");

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } =
        new("blur", "a blur", "where it comes from", [KernelKey], values => new Blur(values.Get(KernelKey)));

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer(Kernel);

    sealed class Layer(int kernel) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x) =>
            nn.functional.avg_pool2d(x, [kernel, kernel], [1, 1], [kernel / 2, kernel / 2]);
    }
}
