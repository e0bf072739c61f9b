using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>A configured operation: what stands where the backbone had a 3x3 convolution (Table 2).</summary>
public interface IOperation
{
    /// <summary>
    /// A width is rounded up to a multiple of this, so that channels that enter and leave it are such.
    /// </summary>
    int Multiple { get; }

    /// <summary>Channels it produces come in multiples of this at a site (g of the NLP module).</summary>
    int ChannelMultiple(ConvSite site);

    /// <summary>Whether it has a bias at a site, and what stands beside it therefore too.</summary>
    bool HasBias(ConvSite site);

    /// <summary>The operation at a site, with a name, a number of output channels and an owner of its own.</summary>
    /// <exception cref="InvalidSettingException">The operation cannot make that many channels.</exception>
    LayerPlan Replace(ConvSite site, string name, int channels, Owner owner);
}
