using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Primitives;

/// <summary>The primitives experiment files can name.</summary>
public static class KnownPrimitives
{
    /// <summary>One line per primitive.</summary>
    public static Registry<IPrimitive> All { get; } =
        new("primitive", AvgPool.Entry, MaxPool.Entry, FixedConv.Entry, Shift.Entry, Perturb.Entry, Identity.Entry);
}
