using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>
/// Weights and constants are float32; each is rounded to the type of the features it meets, where that is another.
/// </summary>
static class Cast
{
    /// <summary>A tensor in a type, differentiable; the tensor itself where it has it.</summary>
    internal static Tensor In(this Tensor tensor, ScalarType type) => tensor.dtype == type ? tensor : tensor.to(type);
}
