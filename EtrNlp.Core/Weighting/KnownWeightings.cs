using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>The weightings experiment files can name.</summary>
public static class KnownWeightings
{
    /// <summary>One line per weighting.</summary>
    public static Registry<IWeighting> All { get; } =
        new(
            "weighting",
            Equal.Entry,
            Fixed.Entry,
            RandomWeights.Entry,
            Dwa.Entry,
            Uncertainty.Entry,
            ScaleInvariant.Entry,
            Stch.Entry,
            Famo.Entry,
            GradNorm.Entry,
            Mgda.Entry,
            MgdaUb.Entry,
            PcGrad.Entry,
            CaGrad.Entry,
            NashMtl.Entry,
            ImtlG.Entry,
            AlignedMtl.Entry,
            FairGrad.Entry,
            UpGrad.Entry
        );
}
