using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>A configured operation: what stands where the backbone had a 3x3 convolution (Table 2).</summary>
public interface IOperation
{
    /// <summary>
    /// Groups that its channels divide into (g of the NLP module); null: one for each channel that enters it.
    /// </summary>
    int? Groups { get; }

    /// <summary>Whether it has a bias at a site, and what stands beside it therefore too.</summary>
    bool HasBias(ConvSite site);

    /// <summary>
    /// Whether its last layer is a norm of its own: the backbone's is then left out, and what stands beside it brings
    /// its own too.
    /// </summary>
    bool EndsWithNorm => false;

    /// <summary>
    /// The operation at a site, with a name, a number of output channels, an owner and norms of its own.
    /// </summary>
    /// <exception cref="InvalidSettingException">The operation cannot make that many channels.</exception>
    LayerPlan Replace(ConvSite site, string name, int channels, Owner owner, InnerNorms norms);
}

/// <summary>An operation at a site.</summary>
public static class OperationAtSite
{
    /// <summary>Groups at a site: the channels that an operation makes there are a multiple of it.</summary>
    public static int GroupsAt(this IOperation operation, ConvSite site) => operation.Groups ?? site.Input.Channels;
}
