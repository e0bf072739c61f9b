using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>relu(body(x) + shortcut(x)); without a shortcut layer x itself is added.</summary>
public sealed record ResidualPlan(string Name, LayerPlan Body, LayerPlan? Shortcut)
    : LayerPlan(Name, Body.Input, Body.Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Shortcut is null ? [Body] : [Body, Shortcut];

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Residual(Body.Build(tensors), Shortcut?.Build(tensors));

    sealed class Residual(ILayer body, ILayer? shortcut) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            return nn
                .functional.relu(body.Forward(x, pass).Plus_(shortcut?.Forward(x, pass) ?? x), inplace: true)
                .MoveToOuterDisposeScope();
        }
    }
}
