using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>The weightings experiment files can name.</summary>
public static class KnownWeightings
{
    /// <summary>One line per weighting.</summary>
    public static Registry<IWeighting> All { get; } = new("weighting", Equal.Entry, Fixed.Entry);
}
