using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>
/// A shift with learned 1x1 convolutions (Wu et al. 2018; Chen et al. 2019). Two of them, the shift between them and
/// the stride in the first, have the counts nearest to Table 2 for ResNet18; one with bias, after the shift, has those
/// for VGG16.
/// </summary>
/// <param name="Pointwise">1x1 convolutions: 2 around the shift, or 1 after it.</param>
/// <param name="Expansion">Channels that are shifted between two, as a multiple of those that leave.</param>
/// <param name="Displacement">Where channels are moved.</param>
/// <param name="Penalty">Factor of the L1 penalty on learned displacements.</param>
public sealed record ShiftModule(
    int Pointwise,
    decimal Expansion,
    Displacement Displacement = Displacement.Grouped,
    double Penalty = ShiftModule.UsualPenalty
) : IOperation
{
    const double UsualPenalty = 5e-4;

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

    static readonly Setting<Displacement> DisplacementKey = new(
        "displacement",
        "where channels are moved: to their neighbours in turn, or each to where it has learned to",
        Values.Choice<Displacement>(),
        "grouped",
        Added: true
    );

    static readonly Setting<double> PenaltyKey = new(
        "penalty",
        "factor of the L1 penalty on learned displacements; the default is that of a public implementation",
        Values.Number(0, 100),
        "5e-4",
        Added: true
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IOperation> Entry { get; } =
        new(
            "shift",
            "each channel moved to one of its nine neighbours or where it has learned to, and learned 1x1 convolutions",
            "paper Table 2, Shift; Wu et al. 2018; learned: Chen et al. 2019, All You Need Is a Few Shifts",
            [PointwiseKey, ExpansionKey, DisplacementKey, PenaltyKey],
            values => new ShiftModule(
                values.Get(PointwiseKey),
                values.Get(ExpansionKey),
                values.Get(DisplacementKey),
                values.Get(PenaltyKey)
            )
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
                ShiftOf(name, first.Output, owner),
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
                ShiftOf(name, site.Input, owner),
                site.Pointwise($"{name}.pointwise", site.Input, channels, owner, site.Stride, bias: true),
            ]
        )
        {
            Kind = Entry.Name,
        };
    }

    LayerPlan ShiftOf(string name, FeatureShape features, Owner owner)
    {
        if (Displacement == Displacement.Learned)
        {
            return new LearnedShiftPlan($"{name}.shift", features, owner, Penalty);
        }

        return Penalty == UsualPenalty
            ? new PrimitivePlan($"{name}.shift", features, new Shift(Magnitude: 1))
            : throw new InvalidSettingException(
                this,
                PenaltyKey.Name,
                "nothing is learned that it could hold small; leave it out, or use displacement learned"
            );
    }
}
