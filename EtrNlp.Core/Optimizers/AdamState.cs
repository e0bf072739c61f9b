using System.Collections.Concurrent;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Optimizers;

/// <summary>
/// Adam's moments, flat per owner beside the flat parameters, and a step count per parameter. Neighbours with a
/// gradient and an equal count move together: on the CPU in one pass over memory, elsewhere in one sequence of tensor
/// operations for all. The arithmetic, operation by operation, is that of the framework's Adam on each parameter alone.
/// </summary>
sealed class AdamState : IOptimizerState
{
    const int AtOnce = 1 << 16; // numbers of a parameter that one thread updates

    readonly Adam _adam;
    readonly bool _byTensors;
    readonly List<Flat> _flats = [];
    readonly Dictionary<string, Tensor> _moments = [];

    /// <summary>
    /// The state before the first step, updated in plain memory, which is the CPU's, or by tensor operations.
    /// </summary>
    public AdamState(Adam adam, TensorStore tensors, bool byTensors)
    {
        (_adam, _byTensors) = (adam, byTensors);
        foreach (var storage in tensors.Storages)
        {
            var flat = new Flat(storage, Zeros(storage), Zeros(storage));
            _flats.Add(flat);
            long offset = 0;
            foreach (var (plan, _) in storage.Parameters)
            {
                using var scope = NewDisposeScope();
                _moments.Add($"{plan.Name}.first", Shaped(flat.First, offset, plan));
                _moments.Add($"{plan.Name}.second", Shaped(flat.Second, offset, plan));
                Steps.Add(plan.Name, 0);
                offset += plan.Count;
            }
        }
    }

    public IDictionary<string, long> Steps { get; } = new ConcurrentDictionary<string, long>();

    public IReadOnlyDictionary<string, Tensor> Moments => _moments;

    public void Step(double factor, Owner? owner = null)
    {
        using var noGrad = no_grad();
        foreach (var flat in _flats.Where(flat => owner is null || flat.Storage.Owner == owner))
        {
            using var scope = NewDisposeScope();
            flat.Storage.AddPenalties();
            foreach (var stretch in Stretches(flat.Storage))
            {
                Update(flat, stretch, factor);
            }
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _moments.Values.Concat(_flats.SelectMany(flat => new[] { flat.First, flat.Second })))
        {
            tensor.Dispose();
        }
    }

    List<Stretch> Stretches(ParameterStorage storage)
    {
        List<Stretch> stretches = [];
        long offset = 0;
        foreach (var (plan, parameter) in storage.Parameters)
        {
            if (parameter.grad is { } gradient)
            {
                if (stretches.Count == 0 || stretches[^1].End != offset || stretches[^1].Steps != Steps[plan.Name])
                {
                    stretches.Add(new Stretch(offset, Steps[plan.Name]));
                }

                stretches[^1].Add(plan, gradient);
            }

            offset += plan.Count;
        }

        return stretches;
    }

    static Tensor Zeros(ParameterStorage storage) => zeros_like(storage.Flat).DetachFromDisposeScope();

    static Tensor Shaped(Tensor flat, long offset, ParameterPlan plan) =>
        ParameterStorage.Shaped(flat.narrow(0, offset, plan.Count), plan).DetachFromDisposeScope();

    static Memory<float> Memory(Tensor flat) => new TensorMemory(flat).Memory;

    void Update(Flat flat, Stretch stretch, double factor)
    {
        stretch.Parameters.ForEach(part => Steps[part.Plan.Name]++);
        var constants = AdamConstants.At(_adam, factor, stretch.Steps + 1);
        if (_byTensors)
        {
            UpdateByTensors(flat, stretch, constants);
        }
        else
        {
            UpdateInMemory(flat, stretch, constants);
        }
    }

    static void UpdateInMemory(Flat flat, Stretch stretch, AdamConstants c)
    {
        using var scope = NewDisposeScope();
        var pieces = Pieces(flat, stretch).ToArray();
        Parallel.ForEach(
            pieces,
            new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
            piece => AdamKernel.Update(piece.Values.Span, piece.First.Span, piece.Second.Span, piece.Gradient.Span, c)
        );
    }

    // In the order of memory; large parameters in several.
    static IEnumerable<Piece> Pieces(Flat flat, Stretch stretch)
    {
        var start = stretch.Start;
        foreach (var (plan, gradient) in stretch.Parameters)
        {
            var part = flat.Part(start, plan.Count);
            var (values, first, second) = (Memory(part.Values), Memory(part.First), Memory(part.Second));
            var gradients = Memory(ParameterStorage.Flattened(gradient, plan));
            for (var done = 0; done < gradients.Length; done += AtOnce)
            {
                var count = Math.Min(AtOnce, gradients.Length - done);
                yield return new Piece(
                    values.Slice(done, count),
                    first.Slice(done, count),
                    second.Slice(done, count),
                    gradients.Slice(done, count)
                );
            }

            start += plan.Count;
        }
    }

    static void UpdateByTensors(Flat flat, Stretch stretch, AdamConstants c)
    {
        using var scope = NewDisposeScope();
        var (values, first, second) = flat.Part(stretch.Start, stretch.End - stretch.Start);
        var gradient = cat([
            .. stretch.Parameters.Select(part => ParameterStorage.Flattened(part.Gradient, part.Plan)),
        ]);
        AdamKernel.Update(values, first, second, gradient, c);
    }

    readonly record struct Piece(
        Memory<float> Values,
        Memory<float> First,
        Memory<float> Second,
        Memory<float> Gradient
    );

    // Parameters and moments of an owner in one order of memory.
    sealed record Flat(ParameterStorage Storage, Tensor First, Tensor Second)
    {
        public (Tensor Values, Tensor First, Tensor Second) Part(long offset, long count) =>
            (Storage.Flat.narrow(0, offset, count), First.narrow(0, offset, count), Second.narrow(0, offset, count));
    }

    // Neighbouring parameters that have a gradient and have all taken so many steps.
    sealed class Stretch(long start, long steps)
    {
        public long Start { get; } = start;

        public long End { get; private set; } = start;

        public long Steps { get; } = steps;

        public List<(ParameterPlan Plan, Tensor Gradient)> Parameters { get; } = [];

        public void Add(ParameterPlan plan, Tensor gradient)
        {
            Parameters.Add((plan, gradient));
            End += plan.Count;
        }
    }
}
