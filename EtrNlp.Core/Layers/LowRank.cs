using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A shared layer plus one of few channels per task on the same input; a route's output is the sum of the shared one's
/// and its own.
/// </summary>
public sealed record LowRankPlan(string Name, LayerPlan Shared, ImmutableArray<LayerPlan> Own)
    : LayerPlan(Name, Shared.Input, Shared.Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Own.Prepend(Shared);

    /// <inheritdoc/>
    public override long Macs(int task) => Shared.Macs(task) + Own[task].Macs(task);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new LowRank(Shared.Build(tensors), [.. Own.Select(own => own.Build(tensors))]);

    sealed class LowRank(ILayer shared, ILayer[] own) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var mine = BatchedRoutes.Each(x, pass, (part, one) => own[one.Route].Forward(part, one));
            return shared.Forward(x, pass).Plus(mine).MoveToOuterDisposeScope();
        }
    }
}
