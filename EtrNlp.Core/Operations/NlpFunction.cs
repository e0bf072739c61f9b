using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>Makes <see cref="NlpKernel"/> known to autograd.</summary>
sealed class NlpFunction : autograd.SingleTensorFunction<NlpFunction>
{
    const string Kept = "kept";

    public override string Name => nameof(NlpFunction);

    /// <summary>The mixed maps of x, differentiable by x, weights and biases.</summary>
    public static Tensor Of(NlpKernel maps, Tensor x, GroupedWeight[] weights, CustomBackward backward)
    {
        if (!is_grad_enabled())
        {
            return maps.Forward(x, weights);
        }

        var learned = weights.SelectMany(weight => new[] { weight.Weight, weight.Bias });
        return apply([new Module(maps, weights, backward), x, .. learned]);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (module, x) = ((Module)vars[0], (Tensor)vars[1]);
        GroupedWeight[] kept = [.. module.Weights.Select(weight => weight.Kept())];
        ctx.save_data(Kept, new Saved(module, x.requires_grad, x.alias().DetachFromDisposeScope(), kept));
        return module.Maps.Forward(x, module.Weights);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var gradient = grad_output;
        using var saved = (Saved)ctx.get_data(Kept);
        var inputs = 2 + (2 * saved.Weights.Length);
        return saved.Module.Backward.Find(inputs, () => Gradients(saved, gradient));
    }

    // Of the module, which has none, of its input, and of every weight and bias.
    static Tensor?[] Gradients(Saved saved, Tensor gradient)
    {
        var (input, weights, biases) = saved.Module.Maps.Backward(
            saved.Input,
            saved.InputNeeded,
            saved.Weights,
            gradient
        );
        return [null, input, .. weights.Zip(biases, (weight, bias) => new[] { weight, bias }).SelectMany(pair => pair)];
    }

    sealed record Module(NlpKernel Maps, GroupedWeight[] Weights, CustomBackward Backward);

    sealed record Saved(Module Module, bool InputNeeded, Tensor Input, GroupedWeight[] Weights) : IDisposable
    {
        public void Dispose()
        {
            Input.Dispose();
            Array.ForEach(Weights, weight => weight.Dispose());
        }
    }
}
