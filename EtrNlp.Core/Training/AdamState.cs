using System.Runtime.InteropServices;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// Adam's moments, flat per owner beside the flat parameters, and a step count per parameter. On the CPU two passes over memory
/// take the place of the framework's nine; the arithmetic, operation by operation, is that of its Adam on each parameter alone.
/// </summary>
sealed class AdamState : IOptimizerState
{
    readonly Adam _adam;
    readonly List<Slot> _slots = [];
    readonly List<Tensor> _flat = [];
    readonly Dictionary<string, Tensor> _moments = [];

    public AdamState(Adam adam, TensorStore tensors)
    {
        _adam = adam;
        foreach (var storage in tensors.Storages)
        {
            var (first, second) = (Zeros(storage), Zeros(storage));
            long offset = 0;
            foreach (var (plan, parameter) in storage.Parameters)
            {
                using var scope = NewDisposeScope();
                _slots.Add(new Slot(plan.Name, parameter, View(first, offset, plan), View(second, offset, plan)));
                _moments.Add($"{plan.Name}.first", _slots[^1].First);
                _moments.Add($"{plan.Name}.second", _slots[^1].Second);
                Steps.Add(plan.Name, 0);
                offset += plan.Count;
            }
        }
    }

    public IDictionary<string, long> Steps { get; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, Tensor> Moments => _moments;

    public void Step(double factor)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var slot in _slots)
        {
            if (slot.Parameter.grad is not { } gradient)
            {
                continue;
            }

            var constants = AdamConstants.At(_adam, factor, ++Steps[slot.Name]);
            if (slot.Parameter.device_type == DeviceType.CPU)
            {
                UpdateInMemory(slot, gradient, constants);
            }
            else
            {
                UpdateByTensors(slot, gradient, constants);
            }
        }
    }

    public void Dispose()
    {
        _slots.ForEach(slot => slot.Dispose());
        _flat.ForEach(flat => flat.Dispose());
    }

    Tensor Zeros(ParameterStorage storage)
    {
        _flat.Add(zeros_like(storage.Flat).DetachFromDisposeScope());
        return _flat[^1];
    }

    static Tensor View(Tensor flat, long offset, ParameterPlan plan) =>
        ParameterStorage.InMemoryOrder(flat.narrow(0, offset, plan.Count), plan.Shape).DetachFromDisposeScope();

    static Span<float> Memory(Tensor contiguous) => MemoryMarshal.Cast<byte, float>(contiguous.bytes);

    // The order of ParameterStorage, in which parameters and moments are contiguous.
    static Tensor InMemoryOrder(Tensor tensor) => tensor.dim() == 4 ? tensor.permute(0, 2, 3, 1) : tensor;

    // A gradient that autograd laid out otherwise is copied into that order.
    static void UpdateInMemory(Slot slot, Tensor gradient, AdamConstants constants)
    {
        var (parameter, first, second) = (InMemoryOrder(slot.Parameter), InMemoryOrder(slot.First), InMemoryOrder(slot.Second));
        AdamKernel.UpdateMoments(Memory(parameter), Memory(first), Memory(second), Memory(InMemoryOrder(gradient).contiguous()), constants);
        AdamKernel.UpdateParameter(Memory(parameter), Memory(first), Memory(second.sqrt()), constants);
    }

    static void UpdateByTensors(Slot slot, Tensor gradient, AdamConstants c)
    {
        var g = c.WeightDecay == 0 ? gradient : gradient.add(slot.Parameter, alpha: c.WeightDecay);
        slot.First.mul_(c.Beta1).add_(g, alpha: 1 - c.Beta1);
        slot.Second.mul_(c.Beta2).addcmul_(g, g, value: 1 - c.Beta2);
        slot.Parameter.addcdiv_(slot.First, (slot.Second.sqrt() / c.RootCorrection).add_(c.Epsilon), value: -c.StepSize);
    }

    sealed record Slot(string Name, Tensor Parameter, Tensor First, Tensor Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
