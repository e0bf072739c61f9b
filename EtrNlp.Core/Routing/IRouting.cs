using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// A configured routing: how the parameters of a backbone are divided between the tasks (Sec. 3.2, Figure 5).
/// </summary>
public interface IRouting
{
    /// <summary>The loops it can be trained by; the first is the default for attribute problems.</summary>
    ImmutableArray<UpdateStrategy> Updates { get; }

    /// <summary>Where weightings can compare the gradients of its tasks.</summary>
    ImmutableArray<GradientPlace> Places =>
        [GradientPlace.Shared, GradientPlace.LastShared, GradientPlace.Representation];

    /// <summary>How norms are owned, for people and for result files.</summary>
    string NormMode { get; }

    /// <summary>What stands at a site of the backbone, its norm included.</summary>
    /// <exception cref="InvalidSettingException">Routing, operation and site do not fit.</exception>
    LayerPlan PlanSite(ConvSite site, RoutingContext context);

    /// <summary>The trunk that it makes of a backbone: mostly the stages in their order.</summary>
    /// <exception cref="InvalidSettingException">Routing, operation and backbone do not fit.</exception>
    LayerPlan PlanTrunk(TrunkPlanner backbone, RoutingContext context) =>
        backbone(site => PlanSite(site, context)).InOrder();

    /// <summary>
    /// For each task, which of the features that leave the trunk side by side its head reads; empty where one forward
    /// makes the same features for all its tasks.
    /// </summary>
    ImmutableArray<int> Lanes(RoutingContext context) => [];

    /// <summary>
    /// What the user should know about how a backbone's sites are divided: <c>key: sentence</c>, mostly none.
    /// </summary>
    IEnumerable<string> Notices(IReadOnlyList<ConvSite> sites, RoutingContext context) => [];
}

/// <summary>What a routing works with.</summary>
/// <param name="Operation">What stands at replaceable sites.</param>
/// <param name="TaskNames">The tasks, in order.</param>
/// <param name="Routes">Passes that serve all tasks: one for all, or one for each.</param>
public sealed record RoutingContext(IOperation Operation, ImmutableArray<string> TaskNames, int Routes)
{
    /// <summary>The tower that each task names, or its own name.</summary>
    public ImmutableArray<string> Towers { get; init; } = TaskNames;

    /// <summary>The towers, in the order in which tasks name them.</summary>
    public ImmutableArray<string> TowerNames => [.. Towers.Distinct()];

    /// <summary>The position of each task's tower.</summary>
    public ImmutableArray<int> TowerOfEach => [.. Towers.Select(tower => TowerNames.IndexOf(tower))];

    /// <summary>A notice that says who is in which tower, if a tower has several tasks.</summary>
    public IEnumerable<string> TowersNotices =>
        TowerNames.Length == TaskNames.Length ? [] : [$"kind: towers {string.Join(", ", TowersWithTasks)}"];

    IEnumerable<string> TowersWithTasks =>
        TowerNames.Select(tower => $"{tower} ({string.Join(", ", TaskNames.Where((_, t) => Towers[t] == tower))})");

    /// <summary>Suffixes that keep the routes' running statistics apart.</summary>
    public ImmutableArray<string> RouteNames => Routes == 1 ? [""] : TaskNames;

    /// <summary>The norms inside what it plans.</summary>
    public InnerNorms InnerNorms => new(RouteNames);
}
