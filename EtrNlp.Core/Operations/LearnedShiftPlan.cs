using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// Sparse shift (Chen et al. 2019, "All You Need Is a Few Shifts", arXiv 1903.05285): channel c reads the pixel that
/// lies its rounded displacement below and to the right, zero padded. Displacements learn as if they were not rounded
/// and the pixel were interpolated bilinearly; an L1 penalty keeps most of them near 0.
/// </summary>
/// <param name="Name">Prefix of the displacements.</param>
/// <param name="Input">Features that enter and leave.</param>
/// <param name="Owner">Who trains the displacements.</param>
/// <param name="Penalty">Factor of the L1 penalty.</param>
public sealed record LearnedShiftPlan(string Name, FeatureShape Input, Owner Owner, double Penalty)
    : LayerPlan(Name, Input, Input)
{
    /// <summary>The farthest that a channel moves along an axis, in pixels.</summary>
    public const int Reach = 2;

    /// <summary>Down and to the right, in pixels, [2, C]; starts uniform in [-1, 1].</summary>
    public ParameterPlan Displacement { get; } =
        new($"{Name}.displacement", Owner, [2, Input.Channels], new Initialization.Uniform(1)) { Penalty = Penalty };

    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters => [Displacement];

    /// <inheritdoc/>
    public override bool IgnoresRoute(bool training) => Owner == Owner.Shared;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new LearnedShift(
            tensors[Displacement],
            tensors.Own(arange(-Reach, Reach + 1, ScalarType.Float32, tensors.Device))
        );

    // A convolution of one filter for each channel. It holds a single 1, at the rounded displacement; its gradient
    // passes to the filter of bilinear interpolation.
    sealed class LearnedShift(Tensor displacement, Tensor places) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var within = displacement.clamp(Scalars.Of(-Reach), Scalars.Of(Reach));
            var (value, below) = (within.detach(), within.detach().floor());
            var share = (within - below).unsqueeze(2);
            var (nearer, farther) = (TapsAt(below), TapsAt(below.Plus(ones_like(below))));
            var rounded = Filters(TapsAt(value.round()));
            var between = Filters(nearer.Plus((farther - nearer) * share));
            return FixedFilters.Convolve(x, rounded.Plus(between - between.detach())).MoveToOuterDisposeScope();
        }

        // [2, C] to [2, C, taps]: a 1 where the place is.
        Tensor TapsAt(Tensor place) => places.eq(place.unsqueeze(2)).to(ScalarType.Float32);

        // The taps of both axes to [C, 1, taps, taps].
        static Tensor Filters(Tensor taps) => (taps[0].unsqueeze(2) * taps[1].unsqueeze(1)).unsqueeze(1);
    }
}
