using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Layers;

/// <summary>A layer of its own for every route.</summary>
public sealed record PerRoutePlan(
    string Name,
    FeatureShape Input,
    FeatureShape Output,
    ImmutableArray<LayerPlan> Routes
) : LayerPlan(Name, Input, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Routes;

    /// <inheritdoc/>
    public override long Macs(int task) => Routes[task].Macs(task);

    /// <inheritdoc/>
    public override long Features(int? task) => task is { } route ? Routes[route].Features(null) : base.Features(task);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new PerRoute([.. Routes.Select(route => route.Build(tensors))]);

    // A tower knows nothing of the others: inside it there is one route.
    sealed class PerRoute(ILayer[] routes) : ILayer
    {
        public torch.Tensor Forward(torch.Tensor x, Pass pass) =>
            BatchedRoutes.Each(x, pass, (part, one) => routes[one.Route].Forward(part, one with { Route = 0 }));
    }
}
