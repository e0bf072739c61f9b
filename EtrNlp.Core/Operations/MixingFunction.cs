using EtrNlp.Core.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>Makes <see cref="MixedMaps"/> known to autograd.</summary>
sealed class MixingFunction : autograd.SingleTensorFunction<MixingFunction>
{
    const string Kept = "kept";

    public override string Name => nameof(MixingFunction);

    /// <summary>The mixed maps of x, differentiable by x, weights and biases.</summary>
    public static Tensor Of(MixedMaps maps, Tensor x, GroupedWeight[] weights, GradientHandover handover) => is_grad_enabled()
        ? apply([new Module(maps, weights, handover), x, .. weights.SelectMany(weight => new[] { weight.Weight, weight.Bias })])
        : maps.Forward(x, weights);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (module, x) = ((Module)vars[0], (Tensor)vars[1]);
        var parameters = vars.Skip(2).Cast<Tensor>().Select(tensor => tensor.is_leaf ? tensor : null).ToArray();
        ctx.save_data(Kept, new Saved(module, x.requires_grad, x.alias().DetachFromDisposeScope(), [.. module.Weights.Select(weight => weight.Kept())], parameters));
        return module.Maps.Forward(x, module.Weights);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var gradient = grad_output;
        using var saved = (Saved)ctx.get_data(Kept);
        return saved.Module.Handover.Find(2 + saved.Parameters.Length, () => Gradients(saved, gradient));
    }

    // Of the module, which has none, of its input, and of weights and biases.
    static List<Tensor> Gradients(Saved saved, Tensor gradient)
    {
        var (input, weights, biases) = saved.Module.Maps.Backward(saved.Input, saved.InputNeeded, saved.Weights, gradient);
        var learned = weights.Zip(biases, (weight, bias) => new[] { weight, bias }).SelectMany(pair => pair).Zip(saved.Parameters, Rest).ToArray();
        saved.Module.Handover.Pass([.. learned.Prepend(input).OfType<Tensor>()]);
        return [null!, input!, .. learned.Select(tensor => tensor!)];

        // What was made of a parameter hands its gradient on.
        Tensor? Rest(Tensor found, Tensor? parameter)
        {
            if (parameter is null)
            {
                return found;
            }

            saved.Module.Handover.Take(parameter, found);
            return null;
        }
    }

    sealed record Module(MixedMaps Maps, GroupedWeight[] Weights, GradientHandover Handover);

    // Parameters: what is itself a parameter among weight, bias, weight, bias, ...
    sealed record Saved(Module Module, bool InputNeeded, Tensor Input, GroupedWeight[] Weights, Tensor?[] Parameters) : IDisposable
    {
        public void Dispose()
        {
            Input.Dispose();
            Array.ForEach(Weights, weight => weight.Dispose());
        }
    }
}
