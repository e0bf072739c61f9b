using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using TorchSharp;
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

/// <summary>A run of a norm's channels: an affine, and which of its channels are meant (null: all, in order).</summary>
public sealed record NormPart(AffinePlan Affine, ImmutableArray<int>? Reads = null)
{
    /// <summary>Channels of this part.</summary>
    public int Channels => Reads?.Length ?? Affine.Channels;
}

/// <summary>
/// Batch normalisation over C channels (momentum 0.1, eps 1e-5, running variance unbiased). Each lane has running statistics of its
/// own and puts its affine together from parts: shared channels first, then the task's own.
/// </summary>
/// <param name="Name">Prefix of buffers.</param>
/// <param name="Input">Features that enter and leave.</param>
/// <param name="Lanes">The parts of every lane.</param>
/// <param name="LaneNames">Suffix of each lane's buffers; empty where one lane serves all tasks.</param>
/// <param name="KeepsStatistics">False: batch statistics in evaluation too.</param>
public sealed record NormPlan(
    string Name, FeatureShape Input, ImmutableArray<ImmutableArray<NormPart>> Lanes, ImmutableArray<string> LaneNames, bool KeepsStatistics)
    : LayerPlan(Name, Input, Input)
{
    /// <summary>The share of the newest batch in the running statistics.</summary>
    public const double Momentum = 0.1;

    /// <summary>Added to the variance.</summary>
    public const double Epsilon = 1e-5;

    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters =>
        Lanes.SelectMany(parts => parts).Select(part => part.Affine).Distinct().SelectMany(affine => new[] { affine.Weight, affine.Bias });

    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers => KeepsStatistics ? Lanes.SelectMany((_, lane) => new[] { Mean(lane), Variance(lane) }) : [];

    /// <inheritdoc/>
    public override bool IsCommon(bool training) => (training || !KeepsStatistics) && Lanes.All(parts => parts.SequenceEqual(Lanes[0]));

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Norm([.. Lanes.Select((parts, lane) => BuildLane(tensors, parts, lane))]);

    BufferPlan Mean(int lane) => Buffer(lane, "running_mean", 0);

    BufferPlan Variance(int lane) => Buffer(lane, "running_var", 1);

    BufferPlan Buffer(int lane, string what, double start) =>
        new(LaneNames[lane].Length == 0 ? $"{Name}.{what}" : $"{Name}.{LaneNames[lane]}.{what}", [Input.Channels], new Initialization.Constant(start));

    LaneNorm BuildLane(TensorStore tensors, ImmutableArray<NormPart> parts, int lane) => new(
        KeepsStatistics ? tensors[Mean(lane)] : null,
        KeepsStatistics ? tensors[Variance(lane)] : null,
        [.. parts.Select(part => new Piece(tensors[part.Affine.Weight], Index(part, tensors)))],
        [.. parts.Select(part => new Piece(tensors[part.Affine.Bias], Index(part, tensors)))]);

    static Tensor? Index(NormPart part, TensorStore tensors) =>
        part.Reads is { } reads ? tensors.Own(tensor(reads.Select(i => (long)i).ToArray(), device: tensors.Device)) : null;

    sealed record Piece(Tensor Values, Tensor? Index);

    sealed record LaneNorm(Tensor? Mean, Tensor? Variance, Piece[] Weights, Piece[] Biases);

    sealed class Norm(LaneNorm[] lanes) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) => SideBySide.Each(x, pass, OfOneLane);

        Tensor OfOneLane(Tensor x, Pass pass)
        {
            var lane = lanes[pass.Lane];
            var (mean, variance) = pass is { Training: true, Recomputes: true } ? (null, null) : (lane.Mean, lane.Variance);
            var y = nn.functional.batch_norm(x, mean, variance, Join(lane.Weights), Join(lane.Biases), pass.Training || mean is null, Momentum, Epsilon);
            if (pass is { AllLanes: true, Training: true } && mean is not null)
            {
                FollowedByOthers(lane);
            }

            return y;
        }

        // A common norm has seen the same batches in every lane, so its statistics are the same in all.
        void FollowedByOthers(LaneNorm lane)
        {
            using var noGrad = no_grad();
            foreach (var other in lanes.Where(other => other != lane))
            {
                other.Mean!.copy_(lane.Mean!);
                other.Variance!.copy_(lane.Variance!);
            }
        }

        static Tensor Join(Piece[] pieces)
        {
            var parts = pieces.Select(piece => piece.Index is null ? piece.Values : piece.Values.index_select(0, piece.Index)).ToArray();
            return parts.Length == 1 ? parts[0] : cat(parts);
        }
    }
}
