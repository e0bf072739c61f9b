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

/// <summary>A linear primitive that knows its own gradient, cheaper than autograd's.</summary>
public interface ILinearPrimitiveLayer : IPrimitiveLayer
{
    /// <summary>The gradient of its input, given that of its output; both [N, C, H, W].</summary>
    torch.Tensor InputGradient(torch.Tensor gradient);
}

/// <summary>
/// A primitive of the form P(x) = S(x) + offset where S treats every channel alike, so that it commutes with a 1x1
/// mixing: mix(P(x)) = S(mix(x)) + mix(offset). The mixing then needs no copy of P(x).
/// </summary>
public interface IUniformPrimitiveLayer : IPrimitiveLayer
{
    /// <summary>S on maps of one size, or null where it is the identity.</summary>
    AxisMaps? Averages(int height, int width);

    /// <summary>The offset, or null where there is none.</summary>
    FixedOffset? Offset { get; }
}

/// <summary>
/// What a primitive adds to every image: scale * map, the map [C, H, W], or [1, H, W] where it is one for all channels.
/// </summary>
public sealed record FixedOffset(torch.Tensor Map, double Scale);
