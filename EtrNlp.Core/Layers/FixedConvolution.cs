using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A convolution whose weights are drawn once from the run's seed and never trained: weight [C_out, C_in, k, k],
/// padding k / 2, no bias.
/// </summary>
public sealed record FixedConvolutionPlan(
    string Name,
    FeatureShape Input,
    int Channels,
    int Kernel,
    int Stride,
    Initialization WeightInitialization
) : LayerPlan(Name, Input, Input.Strided(Stride) with { Channels = Channels })
{
    /// <summary>The weight.</summary>
    public BufferPlan Weight =>
        new($"{Name}.weight", [Channels, Input.Channels, Kernel, Kernel], WeightInitialization)
        {
            MemoryOrder = Convolution.MemoryOrder(Output, Channels, Kernel, groups: 1),
        };

    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers => [Weight];

    /// <inheritdoc/>
    public override bool IgnoresRoute(bool training) => true;

    /// <inheritdoc/>
    public override long OwnMacs(int task) => (long)Kernel * Kernel * Input.Channels * Channels * Output.Pixels;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Convolution(
            tensors[Weight],
            bias: null,
            Stride,
            groups: 1,
            Convolution.IsPlain(Output, Channels, Kernel, groups: 1)
        );
}
