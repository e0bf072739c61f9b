using System.Collections.Immutable;
using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>
/// The learnable parameters of one owner: one flat float32 tensor, and a leaf tensor per parameter that views its part.
/// </summary>
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
            var start = TensorInitialization.Draw(plan.Initialization, plan.Shape, seed, plan.Name, device);
            var view = Shaped(Flat.narrow(0, offset, plan.Count), plan).detach();
            view.copy_(start);
            start.Dispose();
            parameters.Add((plan, view.requires_grad_().DetachFromDisposeScope()));
            offset += plan.Count;
        }

        Parameters = parameters.ToImmutable();
    }

    /// <summary>Whose parameters these are.</summary>
    public Owner Owner { get; }

    /// <summary>All values, one parameter after the other, each in its own memory order.</summary>
    public Tensor Flat { get; }

    /// <summary>
    /// Each parameter with the leaf tensor that autograd differentiates by, in the order of <see cref="Flat"/>.
    /// </summary>
    public ImmutableArray<(ParameterPlan Plan, Tensor Tensor)> Parameters { get; }

    /// <summary>
    /// Adds the gradients of penalties to those of losses: once a step, however many passes the losses took.
    /// </summary>
    public void AddPenalties()
    {
        using var scope = NewDisposeScope();
        foreach (var (plan, tensor) in Parameters.Where(one => one.Plan.Penalty != 0))
        {
            tensor.grad?.add_(tensor.sign(), Scalars.Of(plan.Penalty));
        }
    }

    /// <summary>A flat piece of memory seen in a parameter's shape.</summary>
    public static Tensor Shaped(Tensor flat, ParameterPlan plan) =>
        flat.view([.. plan.MemoryOrder.Select(dimension => plan.Shape[(int)dimension])])
            .permute([.. plan.Shape.Select((_, dimension) => (long)plan.MemoryOrder.IndexOf(dimension))]);

    /// <summary>
    /// The inverse: a tensor of a parameter's shape as a flat piece in the order of memory; a view where it lies in
    /// that order.
    /// </summary>
    public static Tensor Flattened(Tensor shaped, ParameterPlan plan) =>
        shaped.permute([.. plan.MemoryOrder]).reshape(-1);

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
