using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>How an NLP module halves its input.</summary>
public enum DownSampling
{
    /// <summary>2x2 average pooling (ceil mode) after the mixing, as the published #F show.</summary>
    After,

    /// <summary>Each primitive seen at every second pixel, then mixed: less work.</summary>
    Inside,
}

/// <summary>
/// Non-learnable primitives whose features are mixed by a learned grouped 1x1 convolution (Sec. 3.1, Figure 4,
/// Algorithm 1).
/// </summary>
/// <param name="Primitives">The k primitives in the order of their features.</param>
/// <param name="Groups">Groups of the mixing; null for one per input channel, Algorithm 1 as printed.</param>
/// <param name="Stride">Where a stride of 2 happens.</param>
public sealed record Nlp(ImmutableArray<IPrimitive> Primitives, int? Groups, DownSampling Stride) : IMixingOperation
{
    const string GroupsName = "groups";
    const int MostGroups = 8192; // widths are rounded up to a multiple of them, and no backbone is wider

    static readonly Setting<ImmutableArray<IPrimitive>> PrimitivesKey = new(
        "primitives",
        "the fixed maps, in the order of their features",
        Values.List(Values.OneOf(KnownPrimitives.All), min: 1),
        "[{kind: avg_pool, kernel: 9}, {kind: conv, kernel: 3}, {kind: perturb, level: 0.1}]"
    );

    static readonly Setting<int?> GroupsKey = new(
        GroupsName,
        "groups of the 1x1 mixing convolution; 'channels' is one per input channel, Algorithm 1 as printed",
        Alternatives.OrWord(Values.Integer(min: 1, MostGroups), "channels"),
        "2"
    );

    static readonly Setting<DownSampling> StrideKey = new(
        "stride",
        "down-sample after the mixing, or inside the primitives",
        Values.Choice<DownSampling>(),
        "after"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IOperation> Entry { get; } =
        new(
            "nlp",
            "non-learnable primitives and a learned grouped 1x1 mixing",
            "paper Sec. 3.1, Algorithm 1",
            [PrimitivesKey, GroupsKey, StrideKey],
            values => new Nlp(values.Get(PrimitivesKey), values.Get(GroupsKey), values.Get(StrideKey))
        );

    /// <inheritdoc/>
    public bool HasBias(ConvSite site) => true;

    /// <inheritdoc/>
    public LayerPlan Replace(ConvSite site, string name, int channels, Owner owner, InnerNorms norms) =>
        Module(site, name, channels, [new MixingBranch(name, owner, channels)]);

    /// <inheritdoc/>
    public LayerPlan ReplaceMixed(ConvSite site, string name, ImmutableArray<MixingBranch> branches) =>
        Module(site, name, site.Channels, branches);

    NlpPlan Module(ConvSite site, string name, int channels, ImmutableArray<MixingBranch> branches) =>
        new(
            name,
            site.Input,
            channels,
            site.Stride,
            Stride,
            Primitives,
            [.. branches.Select(branch => Mixing(site, branch))]
        );

    MixingPlan Mixing(ConvSite site, MixingBranch branch)
    {
        var groups = branch.IsDense ? 1 : this.GroupsAt(site);
        var features = Primitives.Length * site.Input.Channels;
        if (features % groups != 0)
        {
            throw Indivisible(groups, features, "features that enter", branch.Name);
        }

        if (branch.Channels % groups != 0)
        {
            throw Indivisible(groups, branch.Channels, "channels that leave", branch.Name);
        }

        return new MixingPlan(
            branch.Name,
            branch.Owner,
            site.Input.Channels,
            Primitives.Length,
            branch.Channels,
            groups,
            branch.Reads,
            branch.Route
        );
    }

    InvalidSettingException Indivisible(int groups, int count, string what, string layer) =>
        new(this, GroupsName, $"{groups} groups do not divide the {count} {what} {layer}; choose a divisor of both");
}
