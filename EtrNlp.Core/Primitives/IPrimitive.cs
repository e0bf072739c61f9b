using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Primitives;

/// <summary>
/// A configured primitive: a fixed map [N, C, H, W] to [N, C, H, W] that owns no learnable parameter (Sec. 3.1).
/// </summary>
public interface IPrimitive
{
    /// <summary>
    /// What it draws at random for features of this shape, stored and saved under <paramref name="name"/>.
    /// </summary>
    ImmutableArray<BufferPlan> Buffers(string name, FeatureShape input) => [];

    /// <summary>Multiply-accumulates for one image: convolutions count, pooling and additions do not.</summary>
    long Macs(FeatureShape input) => 0;

    /// <summary>The map itself, on the tensors of <see cref="Buffers"/> in their order.</summary>
    IPrimitiveLayer Build(IReadOnlyList<torch.Tensor> buffers);
}

/// <summary>
/// A primitive at work. Features and gradients, what comes in and what goes out, may lie in memory in any order:
/// whoever needs one order makes it.
/// </summary>
public interface IPrimitiveLayer
{
    /// <summary>[N, C, H, W] to [N, C, H, W], stride 1, in the type of x, float32 or bfloat16.</summary>
    torch.Tensor Apply(torch.Tensor x);
}
