using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Routing;

/// <summary>A stage of the trunk with every tower's mask on it.</summary>
/// <param name="Stage">The stage, which all towers pass together.</param>
/// <param name="Enter">What each tower passes from the stage before, or null: a mask then sees the trunk alone.</param>
/// <param name="Masks">
/// A route for each tower: from what the trunk shows, and what entered beside it, to factors of what leaves, 0 to 1.
/// </param>
public sealed record AttendedStagePlan(StagePlan Stage, LayerPlan? Enter, PerRoutePlan Masks);

/// <summary>
/// One trunk that all towers pass together, and beside it each tower's own features: at every stage its mask times the
/// trunk's. Images [N] enter and [towers * N] leave, one tower after the other.
/// </summary>
/// <param name="Stem">What stands before the first stage, or null.</param>
/// <param name="Encoder">The stages. A mask sees the first unit's features.</param>
/// <param name="Between">What each tower passes behind the encoder, its last pooling included, or null.</param>
/// <param name="Decoder">The stages that undo poolings. A mask sees what was unpooled.</param>
/// <param name="Passed">Or a decoder that each tower passes by itself; one of the two is empty.</param>
/// <param name="Tail">What each tower passes at last, or null.</param>
/// <param name="Towers">How many.</param>
public sealed record MtanPlan(
    LayerPlan? Stem,
    ImmutableArray<AttendedStagePlan> Encoder,
    LayerPlan? Between,
    ImmutableArray<AttendedStagePlan> Decoder,
    ImmutableArray<StagePlan> Passed,
    LayerPlan? Tail,
    int Towers
)
    : LayerPlan(
        "trunk",
        (Stem ?? Encoder[0].Stage.Units[0]).Input,
        Tail?.Output ?? Passed.LastOrDefault()?.Output ?? Decoder[^1].Masks.Output
    )
{
    bool KeepsPlaces => Decoder.Length + Passed.Length > 0;

    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children =>
        [
            .. Some(Stem),
            .. Encoder.SelectMany(ChildrenOf),
            .. Some(OfEach(Between)),
            .. Decoder.SelectMany(ChildrenOf),
            .. Passed.Select(stage => OfEach(stage.InOrder())!),
            .. Some(OfEach(Tail)),
        ];

    // The stage stands behind its masks, though a mask is the last to compute. GradNorm compares at the last shared
    // weight (NetworkPlan.LastSharedWeight): one that every task trains, not the masks of a tower of several tasks.
    IEnumerable<LayerPlan> ChildrenOf(AttendedStagePlan one) =>
        [.. Some(OfEach(one.Enter)), OfEach(one.Masks)!, one.Stage.InOrder()];

    /// <summary>
    /// Also what no layer inside leaves: a mask's input where it is put together, and its product with the trunk's.
    /// </summary>
    public override long Features(int? task) => base.Features(task) + (Towers * Encoder.Concat(Decoder).Sum(Joined));

    static long Joined(AttendedStagePlan one) =>
        one.Masks.Output.Numbers + (one.Enter is null ? 0 : one.Masks.Input.Numbers);

    LanesPlan? OfEach(LayerPlan? layer) => layer is null ? null : new LanesPlan(layer, Towers);

    static IEnumerable<LayerPlan> Some(LayerPlan? layer) => layer is null ? [] : [layer];

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Network(
            Stem?.Build(tensors),
            [.. Encoder.Select(one => new Attended(one, tensors))],
            Between?.Build(tensors),
            [.. Decoder.Select(one => new Attended(one, tensors))],
            [.. Passed.Select(stage => stage.InOrder().Build(tensors))],
            Tail?.Build(tensors),
            Towers,
            KeepsPlaces
        );

    // The trunk's features, and each tower's own.
    readonly record struct Flow(Tensor Trunk, Tensor[] Own);

    sealed class Attended(AttendedStagePlan plan, TensorStore tensors)
    {
        readonly ILayer[] _units = [.. plan.Stage.Units.Select(unit => unit.Build(tensors))];
        readonly ILayer? _pool = plan.Stage.Pool?.Build(tensors);
        readonly ILayer? _enter = plan.Enter?.Build(tensors);
        readonly ILayer _masks = plan.Masks.Build(tensors);

        public Flow Down(Flow from, Pass pass)
        {
            var first = _units[0].Forward(from.Trunk, pass);
            var last = ChainPlan.Through(_units.Skip(1), first, pass);
            return new Flow(last, Masked(first, last, from.Own, pass));
        }

        public Flow Up(Flow from, Pass pass)
        {
            var last = ChainPlan.Through(_units, from.Trunk, pass);
            return new Flow(last, Masked(from.Trunk, last, from.Own, pass));
        }

        public Tensor Pooled(Tensor features, Pass pass) => _pool?.Forward(features, pass) ?? features;

        Tensor[] Masked(Tensor seen, Tensor weighed, Tensor[] own, Pass pass) =>
            ForEach(
                own,
                pass,
                (mine, one) =>
                {
                    using var scope = NewDisposeScope();
                    var input = _enter is null ? seen : cat([seen, _enter.Forward(mine, one)], 1);
                    return (_masks.Forward(input, one) * weighed).MoveToOuterDisposeScope();
                }
            );
    }

    static Tensor[] ForEach(Tensor[] own, Pass pass, Func<Tensor, Pass, Tensor> forward) =>
        [.. own.Select((mine, tower) => forward(mine, pass with { Route = tower }))];

    sealed class Network(
        ILayer? stem,
        Attended[] encoder,
        ILayer? between,
        Attended[] decoder,
        ILayer[] passed,
        ILayer? tail,
        int towers,
        bool keepsPlaces
    ) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var (entering, places) = (stem?.Forward(x, pass) ?? x, new Stack<Tensor>());
            var features = new Flow(entering, [.. Enumerable.Repeat(entering, towers)]);
            foreach (var stage in encoder)
            {
                features = stage.Down(features, pass);
                features = features with { Trunk = Smaller(stage, features.Trunk, places, pass) };
            }

            features = features with { Own = Through(between, features.Own, pass) };
            foreach (var stage in decoder)
            {
                features = stage.Up(features with { Trunk = KeptPlaces.Unpool(features.Trunk, places.Pop()) }, pass);
            }

            foreach (var stage in passed)
            {
                var (own, kept) = (features.Own, places.Pop());
                own = ForEach(own, pass, (mine, one) => stage.Forward(KeptPlaces.Unpool(mine, kept), one));
                features = features with { Own = own };
            }

            return cat(Through(tail, features.Own, pass), 0).MoveToOuterDisposeScope();
        }

        Tensor Smaller(Attended stage, Tensor features, Stack<Tensor> places, Pass pass)
        {
            if (!keepsPlaces)
            {
                return stage.Pooled(features, pass);
            }

            var (pooled, kept) = KeptPlaces.Pool(features);
            places.Push(kept);
            return pooled;
        }

        static Tensor[] Through(ILayer? layer, Tensor[] own, Pass pass) =>
            layer is null ? own : ForEach(own, pass, layer.Forward);
    }
}
