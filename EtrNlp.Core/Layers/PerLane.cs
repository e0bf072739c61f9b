using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Layers;

/// <summary>A layer of its own for every lane.</summary>
public sealed record PerLanePlan(string Name, FeatureShape Input, FeatureShape Output, ImmutableArray<LayerPlan> Lanes) : LayerPlan(Name, Input, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Lanes;

    /// <inheritdoc/>
    public override long Macs(int task) => Lanes[task].Macs(task);

    /// <inheritdoc/>
    public override long Features(int? task) => task is { } lane ? Lanes[lane].Features(null) : base.Features(task);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new PerLane([.. Lanes.Select(lane => lane.Build(tensors))]);

    // A tower knows nothing of the others: inside it there is one lane.
    sealed class PerLane(ILayer[] lanes) : ILayer
    {
        public torch.Tensor Forward(torch.Tensor x, Pass pass) => SideBySide.Each(x, pass, (part, one) => lanes[one.Lane].Forward(part, one with { Lane = 0 }));
    }
}
