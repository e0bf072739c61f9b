using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A built layer of little work and large features. Only its input is kept; it runs again when the gradient comes (Chen
/// et al. 2016, "Training Deep Nets with Sublinear Memory Cost"). It owns no norm, whose statistics would move twice.
/// </summary>
sealed class Recomputed(ILayer layer, CustomBackward backward) : ILayer
{
    public Tensor Forward(Tensor x, Pass pass)
    {
        if (!is_grad_enabled() || !x.requires_grad)
        {
            return layer.Forward(x, pass);
        }

        return Function.apply([new Saved(layer, backward, x.detach().DetachFromDisposeScope(), pass), x]);
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
            return saved.Layer.Forward(saved.Input, saved.Pass);
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
            saved.Layer.Forward(input, saved.Pass).backward([gradient]);
            return input.grad!;
        }
    }

    sealed record Saved(ILayer Layer, CustomBackward Backward, Tensor Input, Pass Pass) : IDisposable
    {
        public void Dispose() => Input.Dispose();
    }
}
