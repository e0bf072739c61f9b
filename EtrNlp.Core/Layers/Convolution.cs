using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>A learnable convolution, weight [C_out, C_in / groups, k, k], padding k / 2, optional bias.</summary>
public sealed record ConvolutionPlan(
    string Name,
    FeatureShape Input,
    int Channels,
    int Kernel,
    int Stride,
    bool Bias,
    Owner Owner,
    Func<int, int, Initialization> WeightInitialization,
    Initialization? BiasInitialization = null
) : LayerPlan(Name, Input, Input.Strided(Stride) with { Channels = Channels })
{
    const int FewPixels = 16;
    const int ManyChannels = 128;

    /// <summary>The weight.</summary>
    public ParameterPlan Weight { get; } =
        new(
            $"{Name}.weight",
            Owner,
            [Channels, Input.Channels, Kernel, Kernel],
            WeightInitialization(Input.Channels * Kernel * Kernel, Channels * Kernel * Kernel)
        )
        {
            MemoryOrder = IsPlain(Input.Strided(Stride), Channels, Kernel) ? [0, 1, 2, 3] : [0, 2, 3, 1],
        };

    /// <summary>
    /// The bias, or null; where nothing else is said it starts uniform in 1 / sqrt(fan in), the framework's default.
    /// </summary>
    public ParameterPlan? BiasTerm { get; } =
        Bias
            ? new(
                $"{Name}.bias",
                Owner,
                [Channels],
                BiasInitialization ?? new Initialization.Uniform(1 / Math.Sqrt(Input.Channels * Kernel * Kernel))
            )
            : null;

    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters => BiasTerm is null ? [Weight] : [Weight, BiasTerm];

    /// <inheritdoc/>
    public override bool IgnoresRoute(bool training) => Owner == Owner.Shared;

    /// <inheritdoc/>
    public override long OwnMacs(int task) => Weight.Count * Output.Pixels;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Convolution(
            tensors[Weight],
            BiasTerm is null ? null : tensors[BiasTerm],
            Stride,
            Kernel / 2,
            IsPlain(Output, Channels, Kernel)
        );

    // On few pixels of many channels the library is up to three times as fast with features and weight row-major;
    // elsewhere it is slower.
    static bool IsPlain(FeatureShape output, int channels, int kernel) =>
        kernel > 1 && output.Pixels <= FewPixels && channels >= ManyChannels;

    sealed class Convolution(Tensor weight, Tensor? bias, int stride, int padding, bool plain) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var (input, learned) = (plain ? x.contiguous() : x, weight.In(x.dtype));
            return nn
                .functional.conv2d(input, learned, bias?.In(x.dtype), [stride, stride], [padding, padding])
                .MoveToOuterDisposeScope();
        }
    }
}
