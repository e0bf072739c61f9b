using System.Collections.Immutable;
using EtrNlp.Core.Layers;

namespace EtrNlp.Core.Routing;

/// <summary>
/// A configured partition: which channels of a shared layer each task keeps, with no parameter of its own. A routing
/// divides the whole trunk by it; ETR takes it into its shared branches (Sec. 3.2).
/// </summary>
public interface IPartition
{
    /// <summary>The masks of a layer.</summary>
    /// <param name="layer">Prefix of what is saved.</param>
    /// <param name="channels">Channels of the layer.</param>
    /// <param name="reads">For each task the channels it reads, in rising order: it keeps some of these.</param>
    LayerMasks Masks(string layer, int channels, ImmutableArray<ImmutableArray<int>> reads);

    /// <summary>What the user should know about it: <c>key: sentence</c>, mostly none.</summary>
    IEnumerable<string> Notices(int tasks) => [];
}
