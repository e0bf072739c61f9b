using EtrNlp.Core.Networks;

namespace EtrNlp.Tests.Operations;

/// <summary>Places for an operation to stand.</summary>
static class Sites
{
    public static ConvSite Of(FeatureShape input, int channels, int stride, string? norm) =>
        new(
            "site",
            input,
            channels,
            3,
            stride,
            Bias: false,
            Replaceable: true,
            norm,
            (fanIn, _) => new Initialization.Normal(Math.Sqrt(1.0 / fanIn))
        );
}
