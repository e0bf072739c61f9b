using System.Collections.Immutable;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Weighting;

/// <summary>A configured weighting: how tasks are balanced.</summary>
public interface IWeighting
{
    /// <summary>The loops it works in.</summary>
    ImmutableArray<UpdateStrategy> Updates =>
        [UpdateStrategy.Joint, UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <summary>Parameters that it learns together with the network; saved, and not counted in #P.</summary>
    ImmutableArray<ParameterPlan> Learned(IReadOnlyList<string> taskNames) => [];

    /// <summary>What it keeps from step to step; saved.</summary>
    ImmutableArray<BufferPlan> Kept(IReadOnlyList<string> taskNames) => [];

    /// <summary>Refuses what does not fit the tasks, before anything is built.</summary>
    /// <exception cref="Data.Configuration.InvalidSettingException">It does not fit the tasks.</exception>
    void Check(IReadOnlyList<string> taskNames) { }
}
