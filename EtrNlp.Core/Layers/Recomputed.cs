using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Layers of little work and large features. Only their input is kept; they run again when the gradient comes
/// (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost").
/// </summary>
public sealed record RecomputedPlan(string Name, ImmutableArray<LayerPlan> Layers)
    : LayerPlan(Name, Layers[0].Input, Layers[^1].Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Layers;

    /// <inheritdoc/>
    public override long Features(int? task) => Output.Channels * Output.Pixels;

    /// <inheritdoc/>
    public override bool IgnoresRoute(bool training) => Layers.All(layer => layer.IgnoresRoute(training));

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Recomputed([.. Layers.Select(layer => layer.Build(tensors))], tensors.Backward);

    /// <summary>
    /// The same trunk with every stretch of norm, activation and pooling recomputed: nothing else there holds as much.
    /// </summary>
    public static LayerPlan InTrunk(LayerPlan trunk)
    {
        var layers = new List<LayerPlan>();
        foreach (var layer in ChainPlan.Flattened(trunk))
        {
            layers.Add(layer);
            if (layers is [.., NormPlan norm, ReluPlan relu, PoolPlan pool])
            {
                layers.RemoveRange(layers.Count - 3, 3);
                layers.Add(new RecomputedPlan(pool.Name, [norm, relu, pool]));
            }
        }

        return new ChainPlan(trunk.Name, [.. layers]);
    }
}

/// <summary>Built layers of which only the input is kept, see <see cref="RecomputedPlan"/>.</summary>
sealed class Recomputed(ILayer[] layers, CustomBackward backward) : ILayer
{
    public Tensor Forward(Tensor x, Pass pass)
    {
        if (!is_grad_enabled() || !x.requires_grad)
        {
            return ChainPlan.Through(layers, x, pass);
        }

        return Function.apply([new Saved(layers, backward, x.detach().DetachFromDisposeScope(), pass), x]);
    }

    sealed class Function : autograd.SingleTensorFunction<Function>
    {
        const string Kept = "kept";

        public override string Name => nameof(Recomputed);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var noGrad = no_grad();
            var saved = (Saved)vars[0];
            ctx.save_data(Kept, saved);
            return ChainPlan.Through(saved.Layers, saved.Input, saved.Pass);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var gradient = grad_output;
            var saved = (Saved)ctx.get_data(Kept);
            var gradients = saved.Backward.Find(2, () => [null, InputGradient(saved, gradient)]);
            saved.Backward.Release(saved);
            return gradients;
        }

        static Tensor InputGradient(Saved saved, Tensor gradient)
        {
            using var withGrad = enable_grad();
            var input = saved.Input.detach().requires_grad_();
            ChainPlan.Through(saved.Layers, input, saved.Pass with { Recomputes = true }).backward([gradient]);
            return input.grad!;
        }
    }

    sealed record Saved(ILayer[] Layers, CustomBackward Backward, Tensor Input, Pass Pass) : IDisposable
    {
        public void Dispose() => Input.Dispose();
    }
}
