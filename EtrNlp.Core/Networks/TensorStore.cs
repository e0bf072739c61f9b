using System.Collections.Immutable;
using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>
/// Every tensor a network owns, by name: learnable parameters (one contiguous storage per owner, so that the optimizer
/// works on flat memory) and buffers. Drawn from the seed by name, loaded from checkpoints, moved to the device here
/// and nowhere else.
/// </summary>
public sealed class TensorStore : IDisposable
{
    readonly Dictionary<string, Tensor> _parameters = [];
    readonly Dictionary<string, Tensor> _buffers;
    readonly List<ParameterStorage> _storages = [];
    readonly List<Tensor> _constants = [];
    readonly bool _isReplica;

    /// <summary>Allocates and starts every tensor of a plan.</summary>
    public TensorStore(IEnumerable<ParameterPlan> parameters, IEnumerable<BufferPlan> buffers, long seed, Device device)
    {
        using var noGrad = no_grad();
        Device = device;
        _buffers = [];
        foreach (var group in parameters.GroupBy(parameter => parameter.Owner).OrderBy(group => group.Key.Task ?? -1))
        {
            var storage = new ParameterStorage(group.Key, [.. group], seed, device);
            _storages.Add(storage);
            foreach (var (plan, tensor) in storage.Parameters)
            {
                _parameters.Add(plan.Name, tensor);
            }
        }

        foreach (var buffer in buffers)
        {
            _buffers.Add(buffer.Name, NewBuffer(buffer, seed, device));
        }
    }

    static Tensor NewBuffer(BufferPlan plan, long seed, Device device)
    {
        using var scope = NewDisposeScope();
        return TensorInitialization
            .Draw(plan.Initialization, plan.Shape, seed, plan.Name, device)
            .permute([.. plan.MemoryOrder])
            .contiguous()
            .permute([.. plan.Shape.Select((_, dimension) => (long)plan.MemoryOrder.IndexOf(dimension))])
            .DetachFromDisposeScope();
    }

    TensorStore(TensorStore whole)
    {
        (Device, _buffers, _isReplica) = (whole.Device, whole._buffers, true);
        foreach (var (plan, tensor) in whole._storages.SelectMany(storage => storage.Parameters))
        {
            _parameters.Add(plan.Name, plan.Owner == Owner.Shared ? Own(tensor.detach().requires_grad_()) : tensor);
        }
    }

    /// <summary>Where the tensors live.</summary>
    public Device Device { get; }

    /// <summary>Learnable parameters by owner, shared first, then the tasks in order.</summary>
    public IReadOnlyList<ParameterStorage> Storages => _storages;

    /// <summary>Learnable tensors by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <summary>Saved tensors that are not learned, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => _buffers;

    /// <summary>What the project's own autograd functions on these tensors need of a backward pass.</summary>
    public CustomBackward Backward { get; } = new();

    /// <summary>The tensor of a planned parameter.</summary>
    public Tensor this[ParameterPlan plan] => _parameters[plan.Name];

    /// <summary>The tensor of a planned buffer.</summary>
    public Tensor this[BufferPlan plan] => _buffers[plan.Name];

    /// <summary>Keeps a constant alive as long as the store, outside every dispose scope.</summary>
    public Tensor Own(Tensor constant)
    {
        _constants.Add(constant.DetachFromDisposeScope());
        return constant;
    }

    /// <summary>Positions as an index that lives as long as the store; null stands for all and stays null.</summary>
    public Tensor? OwnIndex(ImmutableArray<int>? positions) =>
        positions is { } some ? Own(tensor(some.Select(i => (long)i).ToArray(), device: Device)) : null;

    /// <summary>
    /// The same numbers in the same memory, where shared parameters gather gradients of their own: for another thread.
    /// To be freed first.
    /// </summary>
    public TensorStore Replica() => new(this);

    /// <summary>Adds the gradients that a replica has gathered, and drops them there.</summary>
    public void TakeGradients(TensorStore replica)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (name, parameter) in _parameters)
        {
            var other = replica._parameters[name];
            if (ReferenceEquals(other, parameter) || other.grad is not { } gradient)
            {
                continue;
            }

            if (parameter.grad is { } sum)
            {
                sum.Plus_(gradient);
            }
            else
            {
                parameter.grad = gradient;
            }

            other.grad = null;
        }
    }

    /// <summary>
    /// Drops every gradient, or those of one owner, so that the optimizer skips what the next backward pass does not
    /// touch.
    /// </summary>
    public void DropGradients(Owner? owner = null)
    {
        foreach (
            var (_, parameter) in _storages
                .Where(storage => owner is null || storage.Owner == owner)
                .SelectMany(storage => storage.Parameters)
        )
        {
            parameter.grad = null;
        }
    }

    /// <summary>Before a backward pass: what becomes of the gradients of parameters that it does not reach.</summary>
    public void ClearGradients(InactiveGradients inactive)
    {
        if (inactive == InactiveGradients.Zero)
        {
            ZeroGradients();
        }
        else
        {
            DropGradients();
        }
    }

    /// <summary>
    /// Fills every gradient that exists with zeros, as the earlier code did: inactive branches then keep moving by
    /// momentum.
    /// </summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters.Values)
        {
            using var gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    /// <summary>Frees every tensor.</summary>
    public void Dispose()
    {
        Backward.Dispose();
        _storages.ForEach(storage => storage.Dispose());
        foreach (var tensor in _isReplica ? _constants : _constants.Concat(_buffers.Values))
        {
            tensor.Dispose();
        }
    }
}
