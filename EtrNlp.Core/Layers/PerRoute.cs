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
        public torch.Tensor Forward(torch.Tensor x, Pass pass)
        {
            var one = pass with { Route = 0, Routes = 1 };
            if (pass.Routes == 1)
            {
                return routes[pass.Route].Forward(x, one);
            }

            using var scope = torch.NewDisposeScope();
            var parts = BatchedRoutes
                .Split(x, pass.Routes)
                .Select((part, route) => routes[pass.Route + route].Forward(part, one));
            return torch.cat([.. parts], 0).MoveToOuterDisposeScope();
        }
    }
}
