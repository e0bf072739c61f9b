using System.Runtime.InteropServices;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// Adam's moments, flat per owner beside the flat parameters, and a step count per parameter. On the CPU three passes over memory
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
                _slots.Add(new Slot(plan, parameter, Piece(storage.Flat, offset, plan), Piece(first, offset, plan), Piece(second, offset, plan)));
                _moments.Add($"{plan.Name}.first", Shaped(_slots[^1].First, plan));
                _moments.Add($"{plan.Name}.second", Shaped(_slots[^1].Second, plan));
                Steps.Add(plan.Name, 0);
                offset += plan.Count;
            }
        }
    }

    public IDictionary<string, long> Steps { get; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, Tensor> Moments => _moments;

    public void Step(double factor, Owner? owner = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var slot in _slots.Where(slot => owner is null || slot.Plan.Owner == owner))
        {
            if (slot.Parameter.grad is not { } gradient)
            {
                continue;
            }

            var constants = AdamConstants.At(_adam, factor, ++Steps[slot.Plan.Name]);
            var flat = ParameterStorage.Flattened(gradient, slot.Plan);
            if (flat.device_type == DeviceType.CPU)
            {
                AdamKernel.UpdateMoments(Memory(slot.Values), Memory(slot.First), Memory(slot.Second), Memory(flat), constants);
                AdamKernel.UpdateParameter(Memory(slot.Values), Memory(slot.First), Memory(slot.Second.sqrt()), constants);
            }
            else
            {
                UpdateByTensors(slot, flat, constants);
            }
        }
    }

    public void Dispose()
    {
        _slots.ForEach(slot => slot.Dispose());
        foreach (var moment in _moments.Values)
        {
            moment.Dispose();
        }

        _flat.ForEach(flat => flat.Dispose());
    }

    Tensor Zeros(ParameterStorage storage)
    {
        _flat.Add(zeros_like(storage.Flat).DetachFromDisposeScope());
        return _flat[^1];
    }

    static Tensor Piece(Tensor flat, long offset, ParameterPlan plan) => flat.narrow(0, offset, plan.Count).DetachFromDisposeScope();

    static Tensor Shaped(Tensor piece, ParameterPlan plan) => ParameterStorage.Shaped(piece, plan).DetachFromDisposeScope();

    static Span<float> Memory(Tensor flat) => MemoryMarshal.Cast<byte, float>(flat.bytes);

    static void UpdateByTensors(Slot slot, Tensor gradient, AdamConstants c)
    {
        var g = c.WeightDecay == 0 ? gradient : gradient.add(slot.Values, alpha: c.WeightDecay);
        slot.First.mul_(c.Beta1).add_(g, alpha: 1 - c.Beta1);
        slot.Second.mul_(c.Beta2).addcmul_(g, g, value: 1 - c.Beta2);
        slot.Values.addcdiv_(slot.First, (slot.Second.sqrt() / c.RootCorrection).add_(c.Epsilon), value: -c.StepSize);
    }

    // Values, moments and gradient of a parameter, flat and in one order of memory.
    sealed record Slot(ParameterPlan Plan, Tensor Parameter, Tensor Values, Tensor First, Tensor Second) : IDisposable
    {
        public void Dispose()
        {
            Values.Dispose();
            First.Dispose();
            Second.Dispose();
        }
    }
}
