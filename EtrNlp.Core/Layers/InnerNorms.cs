using System.Collections.Immutable;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Layers;

/// <summary>
/// How norms inside a layer keep running statistics: as every norm of the network does, apart for each route.
/// </summary>
/// <param name="RouteNames">Suffix of each route's buffers; empty where one route serves all tasks.</param>
/// <param name="KeepsStatistics">False: batch statistics in evaluation too.</param>
public sealed record InnerNorms(ImmutableArray<string> RouteNames, bool KeepsStatistics = true)
{
    /// <summary>A norm over features, all its channels of one owner.</summary>
    public NormPlan Plan(string name, FeatureShape features, Owner owner)
    {
        ImmutableArray<NormPart> parts = [new NormPart(new AffinePlan(name, owner, features.Channels))];
        return new NormPlan(name, features, [.. RouteNames.Select(_ => parts)], RouteNames, KeepsStatistics);
    }
}
