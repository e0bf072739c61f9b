using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>Scale and shift of some channels, and who trains them.</summary>
public sealed record AffinePlan(string Name, Owner Owner, int Channels)
{
    /// <summary>Scale [C], starts at 1.</summary>
    public ParameterPlan Weight { get; } = new($"{Name}.weight", Owner, [Channels], new Initialization.Constant(1));

    /// <summary>Shift [C], starts at 0.</summary>
    public ParameterPlan Bias { get; } = new($"{Name}.bias", Owner, [Channels], new Initialization.Constant(0));
}

/// <summary>
/// A run of a norm's channels: an affine, which of its channels are meant (null: all, in order), and which of these a
/// task keeps (null: all). Scale and shift of the others are 0, and so are their gradients.
/// </summary>
public sealed record NormPart(AffinePlan Affine, ImmutableArray<int>? Reads = null, MaskRow? Mask = null)
{
    /// <summary>Channels of this part.</summary>
    public int Channels => Reads?.Length ?? Affine.Channels;
}

/// <summary>
/// Batch normalisation over C channels (momentum 0.1, eps 1e-5, running variance unbiased). Each route has running
/// statistics of its own and puts its affine together from parts: shared channels first, then the task's own.
/// </summary>
/// <param name="Name">Prefix of buffers.</param>
/// <param name="Input">Features that enter and leave.</param>
/// <param name="Routes">The parts of every route.</param>
/// <param name="RouteNames">Suffix of each route's buffers; empty where one route serves all tasks.</param>
/// <param name="KeepsStatistics">False: batch statistics in evaluation too.</param>
public sealed record NormPlan(
    string Name,
    FeatureShape Input,
    ImmutableArray<ImmutableArray<NormPart>> Routes,
    ImmutableArray<string> RouteNames,
    bool KeepsStatistics
) : LayerPlan(Name, Input, Input)
{
    /// <summary>The share of the newest batch in the running statistics.</summary>
    public const double Momentum = 0.1;

    /// <summary>Added to the variance.</summary>
    public const double Epsilon = 1e-5;

    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters =>
        Routes
            .SelectMany(parts => parts)
            .Select(part => part.Affine)
            .Distinct()
            .SelectMany(affine => new[] { affine.Weight, affine.Bias });

    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers =>
        Masks
            .SelectMany(masks => masks.Buffers)
            .Concat(KeepsStatistics ? Routes.SelectMany((_, route) => new[] { Mean(route), Variance(route) }) : []);

    /// <inheritdoc/>
    public override IEnumerable<IChange> OwnChanges => Masks.SelectMany(masks => masks.Changes);

    IEnumerable<LayerMasks> Masks =>
        Routes.SelectMany(parts => parts).Select(part => part.Mask?.Masks).OfType<LayerMasks>().Distinct();

    /// <inheritdoc/>
    public override bool IgnoresRoute(bool training) =>
        (training || !KeepsStatistics) && Routes.All(parts => parts.SequenceEqual(Routes[0]));

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Norm([.. Routes.Select((parts, route) => BuildRoute(tensors, parts, route))]);

    /// <summary>A route's running mean [C].</summary>
    public BufferPlan Mean(int route) => Buffer(route, "running_mean", 0);

    /// <summary>A route's running variance [C].</summary>
    public BufferPlan Variance(int route) => Buffer(route, "running_var", 1);

    BufferPlan Buffer(int route, string what, double start) =>
        new(
            RouteNames[route].Length == 0 ? $"{Name}.{what}" : $"{Name}.{RouteNames[route]}.{what}",
            [Input.Channels],
            new Initialization.Constant(start)
        );

    RouteNorm BuildRoute(TensorStore tensors, ImmutableArray<NormPart> parts, int route) =>
        new(
            KeepsStatistics ? tensors[Mean(route)] : null,
            KeepsStatistics ? tensors[Variance(route)] : null,
            [.. parts.Select(part => PieceOf(part, part.Affine.Weight, tensors))],
            [.. parts.Select(part => PieceOf(part, part.Affine.Bias, tensors))]
        );

    static Piece PieceOf(NormPart part, ParameterPlan values, TensorStore tensors) =>
        new(tensors[values], tensors.OwnIndex(part.Reads), part.Mask?.In(tensors));

    sealed record Piece(Tensor Values, Tensor? Index, Func<Tensor>? Mask)
    {
        public Tensor Read()
        {
            var read = Index is null ? Values : Values.index_select(0, Index);
            return Mask is null ? read : read * Mask();
        }
    }

    sealed record RouteNorm(Tensor? Mean, Tensor? Variance, Piece[] Weights, Piece[] Biases);

    sealed class Norm(RouteNorm[] routes) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) => BatchedRoutes.Each(x, pass, OfOneRoute);

        Tensor OfOneRoute(Tensor x, Pass pass)
        {
            var route = routes[pass.Route];
            var (mean, variance) = pass is { Training: true, Repeats: true }
                ? (null, null)
                : (route.Mean, route.Variance);
            var y = nn.functional.batch_norm(
                x,
                mean,
                variance,
                Join(route.Weights),
                Join(route.Biases),
                pass.Training || mean is null,
                Momentum,
                Epsilon
            );
            if (pass is { AllRoutes: true, Training: true } && mean is not null)
            {
                FollowedByOthers(route);
            }

            return y;
        }

        // A common norm has seen the same batches in every route, so its statistics are the same in all.
        void FollowedByOthers(RouteNorm route)
        {
            using var noGrad = no_grad();
            foreach (var other in routes.Where(other => other != route))
            {
                other.Mean!.copy_(route.Mean!);
                other.Variance!.copy_(route.Variance!);
            }
        }

        static Tensor Join(Piece[] pieces)
        {
            var parts = pieces.Select(piece => piece.Read()).ToArray();
            return parts.Length == 1 ? parts[0] : cat(parts);
        }
    }
}
