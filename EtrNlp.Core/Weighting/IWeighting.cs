using System.Collections.Immutable;

namespace EtrNlp.Core.Weighting;

/// <summary>A configured weighting: how task losses are balanced.</summary>
public interface IWeighting
{
    /// <summary>The factor on each task's loss.</summary>
    /// <exception cref="Data.Configuration.InvalidSettingException">The weights do not fit the tasks.</exception>
    ImmutableArray<double> Weights(IReadOnlyList<string> taskNames);
}
