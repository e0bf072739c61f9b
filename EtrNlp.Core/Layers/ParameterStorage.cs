using System.Collections.Immutable;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>The learnable parameters of one owner: one flat float32 tensor, and a leaf tensor per parameter that views its part.</summary>
public sealed class ParameterStorage : IDisposable
{
    /// <summary>Allocates the flat tensor and starts every parameter in it.</summary>
    public ParameterStorage(Owner owner, ImmutableArray<ParameterPlan> plans, long seed, Device device)
    {
        Owner = owner;
        Flat = zeros(plans.Sum(plan => plan.Count), ScalarType.Float32, device).DetachFromDisposeScope();
        var parameters = ImmutableArray.CreateBuilder<(ParameterPlan, Tensor)>();
        long offset = 0;
        foreach (var plan in plans)
        {
            using var scope = NewDisposeScope();
            var start = TensorStart.Draw(plan.Start, plan.Shape, seed, plan.Name, device);
            var view = InMemoryOrder(Flat.narrow(0, offset, plan.Count), plan.Shape).detach();
            view.copy_(start);
            start.Dispose();
            parameters.Add((plan, view.requires_grad_().DetachFromDisposeScope()));
            offset += plan.Count;
        }

        Parameters = parameters.ToImmutable();
    }

    /// <summary>Whose parameters these are.</summary>
    public Owner Owner { get; }

    /// <summary>All values, one parameter after the other; a convolution's weight lies channels-last.</summary>
    public Tensor Flat { get; }

    /// <summary>Each parameter with the leaf tensor that autograd differentiates by, in the order of <see cref="Flat"/>.</summary>
    public ImmutableArray<(ParameterPlan Plan, Tensor Tensor)> Parameters { get; }

    /// <summary>
    /// A flat piece seen in a parameter's shape; a convolution's weight [O, I, kH, kW] lies as [O, kH, kW, I], the order in which
    /// channels-last convolutions read weights and write their gradients.
    /// </summary>
    public static Tensor InMemoryOrder(Tensor flat, ImmutableArray<long> shape) =>
        shape is [var o, var i, var h, var w] ? flat.view(o, h, w, i).permute(0, 3, 1, 2) : flat.view([.. shape]);

    /// <summary>The inverse: a tensor of a parameter's shape with its dimensions in the order they lie in memory.</summary>
    public static Tensor ToMemoryOrder(Tensor shaped) => shaped.dim() == 4 ? shaped.permute(0, 2, 3, 1) : shaped;

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var (_, tensor) in Parameters)
        {
            tensor.grad = null;
            tensor.Dispose();
        }

        Flat.Dispose();
    }
}
