using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Routing;

namespace EtrNlp.Core.Profiling;

/// <summary>
/// One line of a network's profile: a layer with its branches taken together. The columns add up to the network's own
/// counts.
/// </summary>
/// <param name="Name">Prefix of its parameters.</param>
/// <param name="Kind">What it computes; branches beside each other are joined by '+'.</param>
/// <param name="Input">Features that enter.</param>
/// <param name="Output">Features that leave.</param>
/// <param name="SharedParameters">Learnable parameters of all tasks together.</param>
/// <param name="TaskParameters">Learnable parameters of one task alone, or of each where they pass together.</param>
/// <param name="Macs">Multiply-accumulates for one image and one task.</param>
public sealed record LayerSummary(
    string Name,
    string Kind,
    FeatureShape Input,
    FeatureShape Output,
    long SharedParameters,
    long TaskParameters,
    long Macs
)
{
    /// <summary>
    /// The layers of a network in their order; what neither counts nor changes the shape is left out.
    /// </summary>
    public static IEnumerable<LayerSummary> Of(NetworkPlan plan)
    {
        var tasks = Enumerable.Range(0, plan.Heads.Length).ToArray();
        var (largest, busiest) = (tasks.MaxBy(task => Active(plan.Trunk, task)), tasks.MaxBy(plan.Trunk.Macs));
        return Steps(plan.Trunk)
            .Select(layer => Of(layer, largest, busiest))
            .Concat(plan.Heads.Select((head, task) => Of(head, task, task)))
            .Where(row => row.SharedParameters + row.TaskParameters + row.Macs > 0 || row.Input != row.Output);
    }

    /// <summary>Every number of channels that leaves a layer of the trunk, in the order they come first.</summary>
    public static IEnumerable<int> Widths(NetworkPlan plan) =>
        Steps(plan.Trunk).Select(layer => layer.Output.Channels).Distinct();

    static LayerSummary Of(LayerPlan layer, int parametersOf, int macsOf) =>
        new(
            layer.Name,
            KindOf(layer),
            layer.Input,
            layer.Output,
            Owned(layer, null),
            layer is LanesPlan ? OwnedByAny(layer) : Owned(layer, parametersOf),
            layer.Macs(macsOf)
        );

    static IEnumerable<LayerPlan> Steps(LayerPlan layer) =>
        layer switch
        {
            ChainPlan or ResidualPlan or EncoderDecoderPlan or MtanPlan => layer.Children.SelectMany(Steps),
            LanesPlan { Inner: PerRoutePlan beside } => Beside(beside).Select(one => InLanes(layer, one)),
            LanesPlan { Inner: ChainPlan or ResidualPlan or EncoderDecoderPlan } lanes =>
                lanes.Inner.Children.SelectMany(child => Steps(InLanes(layer, child))),
            _ => [layer],
        };

    static LanesPlan InLanes(LayerPlan lanes, LayerPlan inner) => new(inner, ((LanesPlan)lanes).Lanes);

    // The routes step by step, named without what tells them apart: the first part of names that differ.
    static IEnumerable<PerRoutePlan> Beside(PerRoutePlan routes)
    {
        LayerPlan[][] steps = [.. routes.Routes.Select(route => Steps(route).ToArray())];
        return steps[0]
            .Select(
                (first, i) =>
                    new PerRoutePlan(
                        steps.All(route => route[i].Name == first.Name)
                            ? first.Name
                            : first.Name[(first.Name.IndexOf('.') + 1)..],
                        first.Input,
                        first.Output,
                        [.. steps.Select(route => route[i])]
                    )
            );
    }

    static long Active(LayerPlan layer, int task) => Owned(layer, null) + Owned(layer, task);

    static long Owned(LayerPlan layer, int? task) =>
        layer.Parameters.Where(parameter => parameter.Owner.Task == task).Sum(parameter => parameter.Count);

    static long OwnedByAny(LayerPlan layer) =>
        layer.Parameters.Where(parameter => parameter.Owner != Owner.Shared).Sum(parameter => parameter.Count);

    static string KindOf(LayerPlan layer) =>
        layer switch
        {
            ParallelBranchesPlan beside => string.Join(" + ", beside.Children.Select(KindOf).Distinct()),
            LowRankPlan sum => $"{KindOf(sum.Shared)} + low rank per task",
            LanesPlan { Inner: PerRoutePlan beside } => $"{beside.Routes.Length} {KindOf(beside.Routes[0])}",
            LanesPlan lanes => $"{lanes.Lanes} times {KindOf(lanes.Inner)}",
            PerRoutePlan towers => $"{KindOf(towers.Routes[0])} per task",
            ChainPlan chain => chain.Kind ?? string.Join(", ", chain.Layers.Select(KindOf)),
            ConvolutionPlan { Groups: > 1, Kernel: var side } => $"depth-wise conv {side}x{side}",
            ConvolutionPlan { Kernel: var side } => $"conv {side}x{side}",
            FixedConvolutionPlan { Kernel: var side } => $"fixed conv {side}x{side}",
            _ => Words(layer.GetType().Name.Replace("Plan", "", StringComparison.Ordinal)),
        };

    static string Words(string name) =>
        string.Concat(
            name.Select(
                (c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"
            )
        );
}
