using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Operations;

/// <summary>The learned convolutions that operations are made of; they start as the backbone starts its own.</summary>
static class Convolutions
{
    /// <summary>1x1, every output channel of all input channels.</summary>
    internal static ConvolutionPlan Pointwise(
        this ConvSite site,
        string name,
        FeatureShape input,
        int channels,
        Owner owner,
        int stride = 1,
        bool bias = false
    ) =>
        new(
            name,
            input,
            channels,
            Kernel: 1,
            stride,
            bias,
            owner,
            site.WeightInitialization,
            site.BiasInitialization
        );

    /// <summary>
    /// A window for each input channel, or several: output channel c sees channel c * C_in / C_out, rounded down.
    /// </summary>
    internal static ConvolutionPlan DepthWise(
        this ConvSite site,
        string name,
        FeatureShape input,
        int kernel,
        Owner owner,
        int stride = 1,
        int multiple = 1
    ) =>
        new(
            name,
            input,
            multiple * input.Channels,
            kernel,
            stride,
            Bias: false,
            owner,
            site.WeightInitialization,
            Groups: input.Channels
        );
}
