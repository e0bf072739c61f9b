using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>A configured operation: what stands where the backbone had a 3x3 convolution (Table 2).</summary>
public interface IOperation
{
    /// <summary>A width is rounded up to a multiple of this, so that channels that enter and leave it are such.</summary>
    int Multiple { get; }

    /// <summary>Channels it produces come in multiples of this at a site (g of the NLP module).</summary>
    int Granule(ConvSite site);

    /// <summary>Whether a task branch beside it has a bias at a site.</summary>
    bool BranchBias(ConvSite site);

    /// <summary>The operation at a site, with a name, a number of output channels and an owner of its own.</summary>
    /// <exception cref="InvalidSettingException">The operation cannot make that many channels.</exception>
    LayerPlan Replace(ConvSite site, string name, int channels, Owner owner);

    /// <summary>
    /// The operation at a site as a shared part and task parts that mix the same fixed features, or null where it has none
    /// (supplement A, <c>task_branch: nlp1x1</c>).
    /// </summary>
    /// <exception cref="InvalidSettingException">The operation cannot make that many channels.</exception>
    LayerPlan? ReplaceWithBranches(ConvSite site, BranchWidths widths, bool dense);
}

/// <summary>
/// Channels of an ETR layer: the shared branch, which of its channels each task reads (null: all), and each task's own.
/// </summary>
public sealed record BranchWidths(int Shared, ImmutableArray<ImmutableArray<int>?> Reads, ImmutableArray<int> Own, ImmutableArray<string> TaskNames)
{
    /// <summary>Channels of the shared branch that a task reads.</summary>
    public int ReadBy(int task) => Reads[task]?.Length ?? Shared;
}
