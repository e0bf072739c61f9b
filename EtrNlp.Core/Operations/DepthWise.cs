using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>
/// Two depth-wise separable convolutions (Howard et al. 2017): twice a 3x3 filter for each channel, norm, ReLU and a
/// 1x1 convolution, with norm and ReLU between the two; the first filter has the stride. No biases. The norm after the
/// last 1x1 is the backbone's. Among the readings tried only this one has all four counts of Table 2.
/// </summary>
public sealed record DepthWise : IOperation
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IOperation> Entry { get; } =
        new(
            "depthwise",
            "two depth-wise separable convolutions",
            "paper Table 2, Depth-wise; Howard et al. 2017, MobileNet",
            [],
            _ => new DepthWise()
        );

    /// <inheritdoc/>
    public int? Groups => 1;

    /// <inheritdoc/>
    public bool HasBias(ConvSite site) => false;

    /// <inheritdoc/>
    public LayerPlan Replace(ConvSite site, string name, int channels, Owner owner, InnerNorms norms)
    {
        var depthwise1 = site.DepthWise($"{name}.depthwise1", site.Input, site.Kernel, owner, site.Stride);
        var pointwise1 = site.Pointwise($"{name}.pointwise1", depthwise1.Output, channels, owner);
        var features = pointwise1.Output;
        return new ChainPlan(
            name,
            [
                depthwise1,
                norms.Plan($"{name}.norm1", depthwise1.Output, owner),
                new ReluPlan($"{name}.relu1", depthwise1.Output),
                pointwise1,
                norms.Plan($"{name}.norm2", features, owner),
                new ReluPlan($"{name}.relu2", features),
                site.DepthWise($"{name}.depthwise2", features, site.Kernel, owner),
                norms.Plan($"{name}.norm3", features, owner),
                new ReluPlan($"{name}.relu3", features),
                site.Pointwise($"{name}.pointwise2", features, channels, owner),
            ]
        )
        {
            Kind = Entry.Name,
        };
    }
}
