using EtrNlp.Core.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>Makes <see cref="MixedMaps"/> known to autograd.</summary>
sealed class MixingFunction : autograd.SingleTensorFunction<MixingFunction>
{
    const string Kept = "kept";

    public override string Name => nameof(MixingFunction);

    /// <summary>The mixed maps of x, then the channels beside them, if any; differentiable by x, weights, biases and those.</summary>
    public static Tensor Of(MixedMaps maps, Tensor x, GroupedWeight[] weights, GradientHandover handover, Tensor? beside = null)
    {
        if (!is_grad_enabled())
        {
            return maps.Forward(x, weights, beside);
        }

        Tensor[] learned = [.. weights.SelectMany(weight => new[] { weight.Weight, weight.Bias })];
        return beside is null ? apply([new Module(maps, weights, handover), x, .. learned]) : apply([new Module(maps, weights, handover), x, .. learned, beside]);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (module, x) = ((Module)vars[0], (Tensor)vars[1]);
        var learned = 2 * module.Weights.Length;
        var parameters = vars.Skip(2).Take(learned).Cast<Tensor>().Select(tensor => tensor.is_leaf ? tensor : null).ToArray();
        var beside = vars.Skip(2 + learned).Cast<Tensor>().SingleOrDefault();
        ctx.save_data(Kept, new Saved(
            module, x.requires_grad, x.alias().DetachFromDisposeScope(), [.. module.Weights.Select(weight => weight.Kept())], parameters, beside?.shape[1]));
        return module.Maps.Forward(x, module.Weights, beside);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var gradient = grad_output;
        using var saved = (Saved)ctx.get_data(Kept);
        return saved.Module.Handover.Find(saved.Inputs, () => Gradients(saved, gradient));
    }

    // Of the module, which has none, of its input, of weights and biases, and of what stands beside.
    static List<Tensor> Gradients(Saved saved, Tensor gradient)
    {
        var (input, weights, biases) = saved.Module.Maps.Backward(saved.Input, saved.InputNeeded, saved.Weights, gradient);
        var learned = weights.Zip(biases, (weight, bias) => new[] { weight, bias }).SelectMany(pair => pair).Zip(saved.Parameters, Rest).ToArray();
        var beside = saved.Beside is { } channels ? FeatureMaps.ChannelsLast(gradient.narrow(1, gradient.shape[1] - channels, channels)) : null;
        Tensor?[] found = [input, .. learned, beside];
        saved.Module.Handover.Pass([.. found.OfType<Tensor>()]);
        return [.. found.Prepend(null).Take(saved.Inputs).Select(tensor => tensor!)];

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

    // Parameters: what is itself a parameter among weight, bias, weight, bias, ...; Beside: channels.
    sealed record Saved(Module Module, bool InputNeeded, Tensor Input, GroupedWeight[] Weights, Tensor?[] Parameters, long? Beside) : IDisposable
    {
        public int Inputs => 2 + Parameters.Length + (Beside is null ? 0 : 1);

        public void Dispose()
        {
            Input.Dispose();
            Array.ForEach(Weights, weight => weight.Dispose());
        }
    }
}
