using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>The ordinary learnable convolution: the base network of every table.</summary>
public sealed record Conv : IOperation
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IOperation> Entry { get; } =
        new("conv", "the backbone's own learnable 3x3 convolution", "paper Table 2, Conv", [], _ => new Conv());

    /// <inheritdoc/>
    public int? Groups => 1;

    /// <inheritdoc/>
    public bool HasBias(ConvSite site) => site.Bias;

    /// <inheritdoc/>
    public LayerPlan Replace(ConvSite site, string name, int channels, Owner owner, InnerNorms norms) =>
        new ConvolutionPlan(
            name,
            site.Input,
            channels,
            site.Kernel,
            site.Stride,
            site.Bias,
            owner,
            site.WeightInitialization,
            site.BiasInitialization
        );
}
