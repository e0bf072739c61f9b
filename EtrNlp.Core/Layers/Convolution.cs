using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A learnable convolution, weight [C_out, C_in / groups, k, k], padding k / 2, optional bias. As many groups as
/// channels make it depth-wise.
/// </summary>
public sealed record ConvolutionPlan(
    string Name,
    FeatureShape Input,
    int Channels,
    int Kernel,
    int Stride,
    bool Bias,
    Owner Owner,
    Func<int, int, Initialization> WeightInitialization,
    Initialization? BiasInitialization = null,
    int Groups = 1
) : LayerPlan(Name, Input, Input.Strided(Stride) with { Channels = Channels })
{
    /// <summary>The weight.</summary>
    public ParameterPlan Weight { get; } =
        new(
            $"{Name}.weight",
            Owner,
            [Channels, Input.Channels / Groups, Kernel, Kernel],
            WeightInitialization(Input.Channels / Groups * Kernel * Kernel, Channels * Kernel * Kernel)
        )
        {
            MemoryOrder = Convolution.MemoryOrder(Input.Strided(Stride), Channels, Kernel, Groups),
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
                BiasInitialization
                    ?? new Initialization.Uniform(1 / Math.Sqrt(Input.Channels / Groups * Kernel * Kernel))
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
            Groups,
            Convolution.IsPlain(Output, Channels, Kernel, Groups)
        );
}

/// <summary>A built convolution, its weights learned or fixed; padding k / 2.</summary>
/// <param name="weight">[C_out, C_in / groups, k, k].</param>
/// <param name="bias">[C_out], or null.</param>
/// <param name="stride">1 or 2.</param>
/// <param name="groups">Groups of channels.</param>
/// <param name="plain">Whether it is faster on features in row-major order.</param>
sealed class Convolution(Tensor weight, Tensor? bias, int stride, int groups, bool plain) : ILayer
{
    const int FewPixels = 16;
    const int ManyChannels = 128;

    readonly long _padding = weight.shape[^1] / 2;

    public Tensor Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var (input, learned) = (plain ? x.contiguous() : x, weight.In(x.dtype));
        return nn
            .functional.conv2d(
                input,
                learned,
                bias?.In(x.dtype),
                [stride, stride],
                [_padding, _padding],
                groups: groups
            )
            .MoveToOuterDisposeScope();
    }

    // On few pixels of many channels the library is up to three times as fast with features and weight row-major;
    // elsewhere it is slower.
    internal static bool IsPlain(FeatureShape output, int channels, int kernel, int groups) =>
        groups == 1 && kernel > 1 && output.Pixels <= FewPixels && channels >= ManyChannels;

    /// <summary>How its weight lies in memory.</summary>
    internal static ImmutableArray<long> MemoryOrder(FeatureShape output, int channels, int kernel, int groups) =>
        IsPlain(output, channels, kernel, groups) ? [0, 1, 2, 3] : [0, 2, 3, 1];
}
