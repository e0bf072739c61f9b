using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// A whole network per tower, which serves the tasks that name it, and between each two stages a unit that mixes the
/// towers' features (Misra et al. 2016). All towers pass together, and all tasks train all of them.
/// </summary>
/// <param name="PerChannel">Whether every channel has mixing weights of its own.</param>
/// <param name="Own">At the start, the share of a tower's own features; the others' is divided equally.</param>
public sealed record CrossStitch(bool PerChannel, double Own) : IRouting
{
    static readonly Setting<bool> PerChannelKey = new(
        "per_channel",
        "mixing weights for every channel instead of one for all",
        Values.Flag,
        "false"
    );

    static readonly Setting<double> OwnKey = new(
        "own",
        "share of a tower's own features at the start; the rest is divided between the others",
        Values.Number(0, 1),
        "0.9"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "cross_stitch",
            "a network per tower (tasks' key tower), features mixed between stages",
            "Misra et al. 2016; paper Tables 5, 6",
            [PerChannelKey, OwnKey],
            values => new CrossStitch(values.Get(PerChannelKey), values.Get(OwnKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.Joint];

    /// <summary>No feature is read, and no last layer trained, by the tasks of all towers.</summary>
    public ImmutableArray<GradientPlace> Places => [GradientPlace.Shared];

    /// <inheritdoc/>
    public string NormMode => "per tower";

    /// <inheritdoc/>
    public ImmutableArray<int> Lanes(RoutingContext context) => context.TowerOfEach;

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context) => SharedSite.Plan(site, context);

    /// <inheritdoc/>
    public IEnumerable<string> Notices(IReadOnlyList<ConvSite> sites, RoutingContext context) => context.TowersNotices;

    /// <inheritdoc/>
    public LayerPlan PlanTrunk(TrunkPlanner backbone, RoutingContext context)
    {
        var towers = context.TowerNames;
        if (towers.Length < 2)
        {
            throw new InvalidSettingException(
                "tasks",
                $"cross_stitch mixes towers, and all tasks are in tower '{towers[0]}'; name two or more by tower"
            );
        }

        var beside = Beside([.. towers.Select(tower => backbone(site => PlanSite(In(tower, site), context)))]);
        var stitched = beside.InOrder(
            (stage, features) => new StitchPlan($"{stage.Name}.stitch", features, towers.Length, PerChannel, Own)
        );
        return new ChainPlan(
            stitched.Name,
            [new RepeatPlan("towers", stitched.Input, towers.Length), new LanesPlan(stitched, towers.Length)]
        );
    }

    static ConvSite In(string tower, ConvSite site) =>
        site with
        {
            Name = $"{tower}.{site.Name}",
            NormName = site.NormName is { } norm ? $"{tower}.{norm}" : null,
        };

    // The trunk whose every part is the towers' parts side by side.
    static TrunkPlan Beside(TrunkPlan[] towers)
    {
        return towers[0] with
        {
            Stem = towers[0].Stem is null ? null : Parts(tower => tower.Stem!),
            Encoder = Stages(tower => tower.Encoder),
            Decoder = Stages(tower => tower.Decoder),
            Tail = towers[0].Tail is null ? null : Parts(tower => tower.Tail!),
        };

        ImmutableArray<StagePlan> Stages(Func<TrunkPlan, ImmutableArray<StagePlan>> of) =>
            [
                .. of(towers[0])
                    .Select((stage, i) => new StagePlan(stage.Name, [Parts(tower => of(tower)[i].InOrder())])),
            ];

        PerRoutePlan Parts(Func<TrunkPlan, LayerPlan> of)
        {
            LayerPlan[] parts = [.. towers.Select(of)];
            return new PerRoutePlan(parts[0].Name, parts[0].Input, parts[0].Output, [.. parts]);
        }
    }
}
