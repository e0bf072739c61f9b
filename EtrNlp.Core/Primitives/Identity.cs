using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>The features themselves (Sec. 3.1 names it as a possible primitive).</summary>
public sealed record Identity : IPrimitive
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } =
        new("identity", "the features unchanged", "paper Sec. 3.1", [], _ => new Identity());

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer();

    sealed class Layer : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x) => x.alias();
    }
}
