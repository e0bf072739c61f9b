using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// The multi-task attention network (Liu et al. 2019): one trunk for all tasks, and on the features of its stages masks
/// of each tower, which serves the tasks that name it. On a backbone of blocks it is that of LibMTL.
/// </summary>
/// <param name="Decoder">
/// Whether there are masks in a decoder too; else each tower passes the decoder by itself, and all share it.
/// </param>
public sealed record Mtan(bool Decoder) : IRouting
{
    static readonly Setting<bool> DecoderKey = new(
        "decoder",
        "masks in the backbone's decoder too; false: in the encoder only, and each tower passes the shared decoder",
        Values.Flag,
        "true"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "mtan",
            "one trunk; each tower (tasks' key tower) masks the features of every stage",
            "Liu et al. 2019, End-to-End Multi-Task Learning with Attention; paper Tables 5, 6",
            [DecoderKey],
            values => new Mtan(values.Get(DecoderKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.Joint];

    /// <summary>The heads of two towers read different features.</summary>
    public ImmutableArray<GradientPlace> Places => [GradientPlace.Shared, GradientPlace.LastShared];

    /// <inheritdoc/>
    public string NormMode => "shared, per tower in masks";

    /// <inheritdoc/>
    public ImmutableArray<int> Lanes(RoutingContext context) => context.TowerOfEach;

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context) => SharedSite.Plan(site, context);

    /// <inheritdoc/>
    public IEnumerable<string> Notices(IReadOnlyList<ConvSite> sites, RoutingContext context) => context.TowersNotices;

    /// <inheritdoc/>
    public LayerPlan PlanTrunk(TrunkPlanner backbone, RoutingContext context)
    {
        var towers = context with { TaskNames = context.TowerNames, Routes = context.TowerNames.Length };
        return new Planner(
            backbone(site => PlanSite(site, context)),
            backbone(site => PlanSite(site, towers)),
            context
        ).Trunk(Decoder);
    }

    // The backbone as all towers pass it together, and with statistics for each, where each passes by itself.
    sealed class Planner(TrunkPlan together, TrunkPlan apart, RoutingContext context)
    {
        FeatureShape? _own; // what leaves the stage before, as a tower sees it

        public MtanPlan Trunk(bool masksDecoder)
        {
            var (encoder, decoder) = (together.Encoder.Select(Down).ToArray(), Array.Empty<AttendedStagePlan>());
            var between = together.Encoder[^1].Pool;
            if (!together.Decoder.IsEmpty)
            {
                var last = together.Encoder[^1].Output;
                between = Refined(together.Encoder[^1].Name, last.Channels, last.Strided(2));
                decoder = masksDecoder ? [.. together.Decoder.Select(Up)] : [];
            }

            return new MtanPlan(
                together.Stem,
                [.. encoder],
                between,
                [.. decoder],
                masksDecoder ? [] : apart.Decoder,
                apart.Tail,
                context.TowerNames.Length
            );
        }

        // A mask sees the first unit's features and weighs the last one's. The last pooling is of the towers' features
        // alone: nothing reads the trunk's behind it.
        AttendedStagePlan Down(StagePlan stage, int index)
        {
            var (seen, isLast) = (stage.Units[0].Output, index == together.Encoder.Length - 1);
            var enter = index == 0 ? null : Refined(together.Encoder[index - 1].Name, seen.Channels, seen);
            return Attended(isLast ? stage with { Pool = null } : stage, enter, seen);
        }

        // Here it sees what was unpooled.
        AttendedStagePlan Up(StagePlan stage)
        {
            var (seen, name) = (stage.Units[0].Input, $"{stage.Name}.refine");
            var enlarged = new UpsamplePlan($"{name}.upsample", _own!.Value, seen);
            var unit = apart.Unit(name, enlarged.Output, stage.Output.Channels);
            _own = unit.Output;
            return Attended(stage, new ChainPlan(name, [enlarged, unit]), seen);
        }

        // A unit that all towers share, and a pooling to the size of what comes next.
        ChainPlan Refined(string stage, int channels, FeatureShape size)
        {
            var unit = apart.Unit($"{stage}.refine", _own!.Value, channels);
            var isSized = (unit.Output.Height, unit.Output.Width) == (size.Height, size.Width);
            var refined = new ChainPlan(
                unit.Name,
                isSized ? [unit] : [unit, new SizedPoolPlan($"{unit.Name}.pool", unit.Output, size)]
            );
            _own = refined.Output;
            return refined;
        }

        AttendedStagePlan Attended(StagePlan stage, LayerPlan? enter, FeatureShape seen)
        {
            var (input, output) = (seen, stage.Units[^1].Output);
            if (enter is not null)
            {
                input = seen with { Channels = seen.Channels + enter.Output.Channels };
            }

            var masks = context.TowerNames.Select(tower =>
                Mask($"{tower}.{stage.Name}.mask", input, output.Channels, OwnerOf(tower))
            );
            _own = output;
            return new AttendedStagePlan(
                stage,
                enter,
                new PerRoutePlan($"{stage.Name}.mask", input, output, [.. masks])
            );
        }

        // One task's, or that of several, which train it together.
        Owner OwnerOf(string tower) =>
            context.Towers.Count(other => other == tower) == 1 ? Owner.Of(context.Towers.IndexOf(tower)) : Owner.Shared;

        LayerPlan Mask(string name, FeatureShape input, int channels, Owner owner)
        {
            var norms = context.InnerNorms;
            var first = together.Pointwise($"{name}.conv1", input, channels, owner);
            var second = together.Pointwise($"{name}.conv2", first.Output, channels, owner);
            return new ChainPlan(
                name,
                [
                    first,
                    norms.Plan($"{name}.norm1", first.Output, owner),
                    new ReluPlan($"{name}.relu", first.Output),
                    second,
                    norms.Plan($"{name}.norm2", second.Output, owner),
                    new SigmoidPlan($"{name}.sigmoid", second.Output),
                ]
            );
        }
    }
}
