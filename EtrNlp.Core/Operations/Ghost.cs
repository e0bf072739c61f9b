using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>
/// A ghost module (Han et al. 2020): a convolution makes a part of the channels, norm, ReLU; a cheap depth-wise one
/// makes the others of them, norm, ReLU. The two stand side by side, cut to the channels that are wanted. Its norms
/// take the place of the backbone's. Table 2's #P are nearest to ratio 2 with a 3x3 convolution, its #F to ratio 4.
/// </summary>
/// <param name="Ratio">Channels that leave for each that the convolution makes (s).</param>
/// <param name="Kernel">Side of the cheap windows (d).</param>
public sealed record Ghost(int Ratio, int Kernel) : IOperation
{
    static readonly Setting<int> RatioKey = new(
        "ratio",
        "channels that leave for each that the convolution makes (GhostNet's s; its authors' code: 2)",
        Values.Integer(min: 2, max: 16),
        "2"
    );

    static readonly Setting<int> KernelKey = new(
        "kernel",
        "side of the cheap depth-wise windows, odd (GhostNet's d; its authors' code: 3)",
        Windows.Odd,
        "3"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IOperation> Entry { get; } =
        new(
            "ghost",
            "a convolution to half of the channels, and cheap depth-wise copies of them",
            "paper Table 2, Ghost; Han et al. 2020, GhostNet",
            [RatioKey, KernelKey],
            values => new Ghost(values.Get(RatioKey), values.Get(KernelKey))
        );

    /// <inheritdoc/>
    public int? Groups => 1;

    /// <inheritdoc/>
    public bool EndsWithNorm => true;

    /// <inheritdoc/>
    public bool HasBias(ConvSite site) => false;

    /// <inheritdoc/>
    public LayerPlan Replace(ConvSite site, string name, int channels, Owner owner, InnerNorms norms)
    {
        var primary = new ConvolutionPlan(
            $"{name}.primary",
            site.Input,
            (channels + Ratio - 1) / Ratio,
            site.Kernel,
            site.Stride,
            Bias: false,
            owner,
            site.WeightInitialization
        );
        var cheap = site.DepthWise($"{name}.cheap", primary.Output, Kernel, owner, multiple: Ratio - 1);
        return new GhostPlan(name, channels, Normed(primary, "1"), Normed(cheap, "2"));

        ChainPlan Normed(ConvolutionPlan convolution, string number) =>
            new(
                convolution.Name,
                [
                    convolution,
                    norms.Plan($"{name}.norm{number}", convolution.Output, owner),
                    new ReluPlan($"{name}.relu{number}", convolution.Output),
                ]
            );
    }
}
