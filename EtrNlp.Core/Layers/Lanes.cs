using EtrNlp.Core.Networks;
using TorchSharp;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A layer that several lanes, towers or tasks, pass in one forward: their images lie one lane after the other in its
/// batch, [lanes * N, C, H, W]. Inside each is a route, and what the layer costs is the sum over lanes.
/// </summary>
public sealed record LanesPlan(LayerPlan Inner, int Lanes) : LayerPlan(Inner.Name, Inner.Input, Inner.Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => [Inner];

    /// <inheritdoc/>
    public override long Macs(int task) => Enumerable.Range(0, Lanes).Sum(Inner.Macs);

    /// <inheritdoc/>
    public override long Features(int? task) => Enumerable.Range(0, Lanes).Sum(lane => Inner.Features(lane));

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new TogetherLayer(Inner.Build(tensors), Lanes);

    sealed class TogetherLayer(ILayer inner, int lanes) : ILayer
    {
        public torch.Tensor Forward(torch.Tensor x, Pass pass) => inner.Forward(x, pass with { Routes = lanes });
    }
}
