using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>
/// What the trunk's features and products are computed in. Parameters, norms' statistics, heads, losses, metrics and
/// the optimiser are float32 under each.
/// </summary>
public enum Precision
{
    /// <summary>float32 throughout, on a GPU too.</summary>
    Float32,

    /// <summary>float32, and a GPU may round the factors of its products to TF32 (10 bits of mantissa).</summary>
    Tf32,

    /// <summary>
    /// Features and products are bfloat16 (7 bits of mantissa); the weights are rounded where they are used.
    /// </summary>
    Bfloat16,
}

/// <summary>What a precision means for tensors.</summary>
static class Precisions
{
    /// <summary>The type of the trunk's features.</summary>
    internal static ScalarType FeatureType(this Precision precision) =>
        precision == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Bytes of one number of the trunk's features.</summary>
    internal static int FeatureBytes(this Precision precision) => precision == Precision.Bfloat16 ? 2 : sizeof(float);
}
