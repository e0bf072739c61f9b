using System.Collections.Immutable;
using TorchSharp;

namespace EtrNlp.Core.Networks;

/// <summary>Layers one after the other.</summary>
public sealed record ChainPlan(string Name, ImmutableArray<LayerPlan> Layers)
    : LayerPlan(Name, Layers[0].Input, Layers[^1].Output)
{
    /// <summary>What people call it where it is one layer among others; null: what its layers are called.</summary>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Layers;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Chain([.. Layers.Select(layer => layer.Build(tensors))]);

    /// <summary>The layers of a plan in their order, those of nested chains too.</summary>
    internal static IEnumerable<LayerPlan> Flattened(LayerPlan plan) =>
        plan is ChainPlan chain ? chain.Layers.SelectMany(Flattened) : [plan];

    /// <summary>
    /// Runs layers one after the other; what is between two of them is let go as soon as autograd alone needs it.
    /// Without layers x itself.
    /// </summary>
    internal static torch.Tensor Through(IEnumerable<ILayer> layers, torch.Tensor x, Pass pass)
    {
        var features = x;
        foreach (var layer in layers)
        {
            var next = layer.Forward(features, pass);
            if (!ReferenceEquals(features, x))
            {
                features.Dispose();
            }

            features = next;
        }

        return features;
    }

    sealed class Chain(ILayer[] layers) : ILayer
    {
        public torch.Tensor Forward(torch.Tensor x, Pass pass) => Through(layers, x, pass);
    }
}
