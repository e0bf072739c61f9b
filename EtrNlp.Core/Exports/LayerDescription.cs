using System.Collections.Immutable;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Exports;

/// <summary>
/// What a layer is, for a program that knows its kind alone: the kind, its options and the names of its tensors, as
/// JSON. <c>etrnlp_model.py</c> has a function for each kind. A line here and a function there make a layer known.
/// </summary>
static class LayerDescription
{
    /// <summary>A layer and all inside it.</summary>
    /// <exception cref="DataException">A layer has no description.</exception>
    internal static object Of(LayerPlan plan) =>
        OfSeveral(plan)
        ?? OfOne(plan)
        ?? throw new DataException(
            $"{plan.Name} cannot be exported: the file that loads networks into PyTorch knows no {plan.GetType().Name}"
        );

    // Layers made of layers.
    static object? OfSeveral(LayerPlan plan) =>
        plan switch
        {
            ChainPlan p => new { kind = "chain", layers = All(p.Layers) },
            PerRoutePlan p => new { kind = "per_route", routes = All(p.Routes) },
            ResidualPlan p => new { kind = "residual", body = Of(p.Body), shortcut = Maybe(p.Shortcut) },
            ParallelBranchesPlan p => new
            {
                kind = "branches",
                shared = Maybe(p.Shared),
                own = p.Own.Select(Maybe),
                reads = p.Reads,
            },
            LowRankPlan p => new { kind = "low_rank", shared = Of(p.Shared), own = All(p.Own) },
            EncoderDecoderPlan p => new
            {
                kind = "encoder_decoder",
                encoder = All(p.Encoder),
                decoder = All(p.Decoder),
                between = All(p.Between),
            },
            LanesPlan p => new { kind = "lanes", inner = Of(p.Inner), lanes = p.Lanes },
            MtanPlan p => new
            {
                kind = "mtan",
                stem = Maybe(p.Stem),
                encoder = p.Encoder.Select(Attended),
                between = Maybe(p.Between),
                decoder = p.Decoder.Select(Attended),
                passed = p.Passed.Select(stage => Of(stage.InOrder())),
                tail = Maybe(p.Tail),
                towers = p.Towers,
            },
            GhostPlan p => new { kind = "ghost", primary = Of(p.Primary), cheap = Of(p.Cheap), channels = p.Channels },
            _ => null,
        };

    static object? OfOne(LayerPlan plan) =>
        plan switch
        {
            ReluPlan => new { kind = "relu" },
            SigmoidPlan => new { kind = "sigmoid" },
            RepeatPlan p => new { kind = "repeat", lanes = p.Lanes },
            StitchPlan p => new { kind = "stitch", weight = Name(p.Weight) },
            SizedPoolPlan p => new { kind = "sized_pool", size = Sides(p.Size) },
            UpsamplePlan p => new { kind = "upsample", size = Sides(p.Size) },
            StemPoolPlan => new { kind = "stem_pool" },
            HalvingPoolPlan => new { kind = "halving_pool" },
            GlobalPoolPlan => new { kind = "global_pool" },
            ConvolutionPlan p => Convolution(Name(p.Weight), Name(p.BiasTerm), p.Stride, p.Groups),
            FixedConvolutionPlan p => Convolution(Name(p.Weight), null, p.Stride, groups: 1),
            LinearPlan p => new { kind = "linear", weight = Name(p.Weight), bias = Name(p.Bias) },
            NormPlan p => new { kind = "norm", routes = p.Routes.Select((parts, route) => Route(p, parts, route)) },
            MaskPlan p => new { kind = "mask", rows = p.Rows.Select(Row) },
            AttentionPlan p => new { kind = "attention", units = p.Units.Select(Unit) },
            LearnedShiftPlan p => new
            {
                kind = "learned_shift",
                displacement = Name(p.Displacement),
                reach = LearnedShiftPlan.Reach,
            },
            PrimitivePlan p => new { kind = "primitive", primitive = PrimitiveDescription.Of(p.Primitive, p.Drawn) },
            NlpPlan p => new
            {
                kind = "nlp",
                halved = p.Stride == 1 ? null : Values.SnakeCase(p.DownSampling),
                primitives = p.Primitives.Select((one, i) => PrimitiveDescription.Of(one, p.BuffersOf(i))),
                mixings = p.Mixings.Select(Mixing),
            },
            _ => null,
        };

    /// <summary>As files of exported networks and checkpoints name it.</summary>
    internal static string Name(BufferPlan plan) => Checkpoint.BufferPrefix + plan.Name;

    static string? Name(ParameterPlan? plan) => plan is null ? null : Checkpoint.ParameterPrefix + plan.Name;

    static IEnumerable<object> All(IEnumerable<LayerPlan> plans) => plans.Select(Of);

    static object? Maybe(LayerPlan? plan) => plan is null ? null : Of(plan);

    static object Convolution(string? weight, string? bias, int stride, int groups) =>
        new
        {
            kind = "conv",
            weight,
            bias,
            stride,
            groups,
        };

    static object Route(NormPlan norm, ImmutableArray<NormPart> parts, int route) =>
        new
        {
            mean = norm.KeepsStatistics ? Name(norm.Mean(route)) : null,
            variance = norm.KeepsStatistics ? Name(norm.Variance(route)) : null,
            parts = parts.Select(part => new
            {
                weight = Name(part.Affine.Weight),
                bias = Name(part.Affine.Bias),
                reads = part.Reads,
                mask = part.Mask is { } row ? Row(row) : null,
            }),
        };

    static object Row(MaskRow row) =>
        new
        {
            values = Name(row.Masks.Values),
            row = row.Task,
            reads = row.Reads,
        };

    static int[] Sides(FeatureShape size) => [size.Height, size.Width];

    static object Attended(AttendedStagePlan one) =>
        new
        {
            units = All(one.Stage.Units),
            pool = Maybe(one.Stage.Pool),
            enter = Maybe(one.Enter),
            masks = Of(one.Masks),
        };

    static object Unit(AttentionUnit unit) =>
        new
        {
            squeeze = Name(unit.Squeeze),
            squeeze_bias = Name(unit.SqueezeBias),
            excite = Name(unit.Excite),
            excite_bias = Name(unit.ExciteBias),
        };

    static object Mixing(MixingPlan mixing) =>
        new
        {
            weight = Name(mixing.Weight),
            bias = Name(mixing.Bias),
            groups = mixing.Groups,
            reads = mixing.Reads,
            route = mixing.Route,
        };
}
