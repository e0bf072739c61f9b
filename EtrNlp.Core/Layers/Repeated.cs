using System.Collections.Immutable;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Layers one after the other that are little work beside what they would keep for their gradient: only their input is kept, and they are passed
/// again when the gradient comes (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost").
/// </summary>
public sealed record RepeatedPlan(string Name, ImmutableArray<LayerPlan> Layers) : LayerPlan(Name, Layers[0].Input, Layers[^1].Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Layers;

    /// <inheritdoc/>
    public override long Features(int? task) => Output.Channels * Output.Pixels;

    /// <inheritdoc/>
    public override bool IsCommon(bool training) => Layers.All(layer => layer.IsCommon(training));

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Repeated([.. Layers.Select(layer => layer.Build(tensors))], tensors.Handover);

    sealed class Repeated(ILayer[] layers, GradientHandover handover) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) =>
            is_grad_enabled() && x.requires_grad ? Function.apply([new Saved(layers, handover, x.detach().DetachFromDisposeScope(), pass), x]) : ChainPlan.Through(layers, x, pass);
    }

    sealed class Function : autograd.SingleTensorFunction<Function>
    {
        const string Kept = "kept";

        public override string Name => nameof(Repeated);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using var noGrad = no_grad();
            var saved = (Saved)vars[0];
            ctx.save_data(Kept, saved);
            return ChainPlan.Through(saved.Layers, saved.Input, saved.Pass);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var gradient = grad_output;
            using var saved = (Saved)ctx.get_data(Kept);
            return saved.Handover.Find(2, () => [null!, Gradient(saved, gradient)]);
        }

        static Tensor Gradient(Saved saved, Tensor gradient)
        {
            using var withGrad = enable_grad();
            var input = saved.Input.requires_grad_();
            ChainPlan.Through(saved.Layers, input, saved.Pass with { Again = true }).backward([gradient]);
            var found = input.grad!;
            saved.Handover.Pass([found]);
            return found;
        }
    }

    sealed record Saved(ILayer[] Layers, GradientHandover Handover, Tensor Input, Pass Pass) : IDisposable
    {
        public void Dispose() => Input.Dispose();
    }
}
