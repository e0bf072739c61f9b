using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>
/// Grouped shift with learned 1x1 convolutions (Wu et al. 2018). Two of them, the shift between them and the stride in
/// the first, have the counts nearest to Table 2 for ResNet18; one with bias, after the shift, has those for VGG16.
/// </summary>
/// <param name="Pointwise">1x1 convolutions: 2 around the shift, or 1 after it.</param>
/// <param name="Expansion">Channels that are shifted between two, as a multiple of those that leave.</param>
public sealed record ShiftModule(int Pointwise, decimal Expansion) : IOperation
{
    static readonly Setting<int> PointwiseKey = new(
        "pointwise",
        "1x1 convolutions: 2 without bias around the shift (nearest to Table 2 on ResNet18), or 1 with bias after it "
            + "(Table 2 on VGG16)",
        Values.Integer(min: 1, max: 2),
        "2"
    );

    static readonly Setting<decimal> ExpansionKey = new(
        "expansion",
        "channels between two 1x1 convolutions, as a multiple of those that leave",
        Values.Decimal(0.1m, 16),
        "1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IOperation> Entry { get; } =
        new(
            "shift",
            "each channel moved to one of its nine neighbours, and learned 1x1 convolutions",
            "paper Table 2, Shift; Wu et al. 2018",
            [PointwiseKey, ExpansionKey],
            values => new ShiftModule(values.Get(PointwiseKey), values.Get(ExpansionKey))
        );

    /// <inheritdoc/>
    public int? Groups => 1;

    /// <inheritdoc/>
    public bool HasBias(ConvSite site) => Pointwise == 1;

    /// <inheritdoc/>
    public LayerPlan Replace(ConvSite site, string name, int channels, Owner owner, InnerNorms norms) =>
        Pointwise == 2 ? Around(site, name, channels, owner) : After(site, name, channels, owner);

    ChainPlan Around(ConvSite site, string name, int channels, Owner owner)
    {
        var between = Math.Max(1, (int)Math.Floor(Expansion * channels));
        var first = site.Pointwise($"{name}.pointwise1", site.Input, between, owner, site.Stride);
        return new ChainPlan(
            name,
            [
                first,
                ShiftOf(name, first.Output),
                site.Pointwise($"{name}.pointwise2", first.Output, channels, owner),
            ]
        )
        {
            Kind = Entry.Name,
        };
    }

    ChainPlan After(ConvSite site, string name, int channels, Owner owner)
    {
        if (Expansion != 1)
        {
            throw new InvalidSettingException(
                this,
                ExpansionKey.Name,
                "nothing stands before the shift that could make more channels; leave it out, or use pointwise 2"
            );
        }

        return new ChainPlan(
            name,
            [
                ShiftOf(name, site.Input),
                site.Pointwise($"{name}.pointwise", site.Input, channels, owner, site.Stride, bias: true),
            ]
        )
        {
            Kind = Entry.Name,
        };
    }

    static PrimitivePlan ShiftOf(string name, FeatureShape features) =>
        new($"{name}.shift", features, new Shift(Magnitude: 1));
}
