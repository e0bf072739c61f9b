using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>A parameter on its way into an operation of the framework; its gradient goes to the <see cref="GradientHandover"/>, past autograd's own store.</summary>
sealed class ParameterFunction : autograd.SingleTensorFunction<ParameterFunction>
{
    const string Kept = "kept";

    public override string Name => nameof(ParameterFunction);

    /// <summary>For a parameter that enters no other operation of the pass, since it may move here. The parameter itself, where its gradient is held until the pass is over.</summary>
    public static Tensor Of(Tensor parameter, GradientHandover handover) =>
        is_grad_enabled() && handover.Moves(parameter) ? apply([new Source(parameter, handover), parameter]) : parameter;

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var source = (Source)vars[0];
        ctx.save_data(Kept, source);
        return source.Parameter.alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var gradient = grad_output;
        var source = (Source)ctx.get_data(Kept);
        return source.Handover.Find(2, () =>
        {
            source.Handover.Take(source.Parameter, gradient);
            return [null!, null!];
        });
    }

    sealed record Source(Tensor Parameter, GradientHandover Handover);
}
