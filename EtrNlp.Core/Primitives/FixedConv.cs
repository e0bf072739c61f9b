using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>What the entries of fixed weights are.</summary>
public enum FixedWeights
{
    /// <summary>Normal, variance 2 / fan in.</summary>
    Real,

    /// <summary>+1 and -1.</summary>
    Binary,
}

/// <summary>
/// Convolution with weights that are drawn once from the run's seed and never trained, zero padded (LBConv; Sec. 3.1,
/// 5).
/// </summary>
/// <param name="Kernel">Side of the window, odd.</param>
/// <param name="DepthWise">One filter per channel; else every output channel sees every input channel.</param>
/// <param name="Weights">Real or binary.</param>
/// <param name="Sparsity">Share of NON-zero weights, as LBConv defines sparsity, in (0, 1].</param>
public sealed record FixedConv(int Kernel, bool DepthWise, FixedWeights Weights, double Sparsity) : IPrimitive
{
    static readonly Setting<int> KernelKey = new("kernel", "side of the window in pixels, odd", Windows.Odd, "3");
    static readonly Setting<bool> DepthWiseKey = new(
        "depth_wise",
        "one filter per channel; else full",
        Values.Flag,
        "true"
    );
    static readonly Setting<FixedWeights> WeightsKey = new(
        "weights",
        "normal with variance 2 / fan in, or +1 and -1",
        Values.Choice<FixedWeights>(),
        "real"
    );
    static readonly Setting<double> SparsityKey = new(
        "sparsity",
        "share of the weights that are not zero (LBConv's s)",
        Values.Number(0.001, 1),
        "1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } =
        new(
            "conv",
            "convolution with fixed weights",
            "paper Sec. 3.1 and 5; Juefei-Xu et al. 2017, LBConv",
            [KernelKey, DepthWiseKey, WeightsKey, SparsityKey],
            values => new FixedConv(
                values.Get(KernelKey),
                values.Get(DepthWiseKey),
                values.Get(WeightsKey),
                values.Get(SparsityKey)
            )
        );

    /// <inheritdoc/>
    public ImmutableArray<BufferPlan> Buffers(string name, FeatureShape input)
    {
        var fanIn = FanIn(input);
        Initialization start =
            Weights == FixedWeights.Binary
                ? new Initialization.Signs(Sparsity)
                : new Initialization.SparseNormal(Math.Sqrt(2.0 / fanIn), Sparsity);
        return
        [
            new BufferPlan($"{name}.weight", [input.Channels, DepthWise ? 1 : input.Channels, Kernel, Kernel], start),
        ];
    }

    /// <inheritdoc/>
    public long Macs(FeatureShape input) => FanIn(input) * input.Channels * input.Pixels;

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer(buffers[0]);

    long FanIn(FeatureShape input) => (long)Kernel * Kernel * (DepthWise ? 1 : input.Channels);

    sealed class Layer(Tensor weight) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x) => FixedFilters.Convolve(x, weight);
    }
}
