using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Data.Randomness;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>
/// Adam over flat storage, against the framework's. Roundings differ where that does not fuse products and sums, and in
/// the last bit of roots.
/// </summary>
public sealed class AdamTests
{
    // operations on an element, which the decay, both moments and the division are made of
    const int RoundingsOfStep = 10;

    // Sizes that fill no whole number of vector registers; weights of convolutions, which lie channels-last in the
    // storage; more numbers of one owner than are worked on at a time.
    static readonly ImmutableArray<ParameterPlan> Plans =
    [
        Plan("one", Owner.Shared, 1),
        Plan("odd", Owner.Of(0), 37),
        Plan("matrix", Owner.Shared, 13, 7),
        Plan("filter", Owner.Of(1), 5, 3, 3, 3),
        Plan("pointwise", Owner.Of(1), 9, 11, 1, 1),
        Plan("large", Owner.Shared, 3, 1001),
        Plan("huge", Owner.Shared, 257, 521),
    ];

    [Test]
    public void Twenty_steps_are_the_frameworks([ValueSource(nameof(Settings))] Adam adam, [Values] bool byTensors) =>
        Assert.That(UnlikeTheFrameworks(adam, byTensors, steps: 20, (_, _) => true), Is.Empty);

    // The shared parameters, in order: "one", "matrix", "large", "huge". After step 1 the middle two are equally far
    // behind the others, in steps 4 and 5 there is a gap between neighbours, after which all neighbours differ in their
    // counts.
    [Test]
    public void So_are_those_of_neighbours_whose_steps_differ_in_number(
        [ValueSource(nameof(Settings))] Adam adam,
        [Values] bool byTensors
    ) =>
        Assert.That(
            UnlikeTheFrameworks(
                adam,
                byTensors,
                steps: 8,
                (plan, step) =>
                    plan.Name switch
                    {
                        "matrix" => step != 1,
                        "large" => step is not (1 or 4 or 5),
                        "filter" => step is not (0 or 6),
                        _ => true,
                    }
            ),
            Is.Empty
        );

    [Test]
    public void A_parameter_without_gradient_stays_bit_identical_with_its_moments_and_its_step([Values] bool byTensors)
    {
        var moving = Plans.Where(plan => plan.Owner == Owner.Shared && plan.Name != "matrix").ToArray();
        using var scope = NewDisposeScope();
        using var store = new TensorStore(Plans, [], seed: 3, CPU);
        using var state = new AdamState(Some.Adam, store, byTensors);
        Fill(store, Plans, step: 0);
        state.Step(1);
        var before = Everything(store, state);
        store.DropGradients();
        Fill(store, moving, step: 1);

        state.Step(1);

        var after = Everything(store, state);
        var moved = Plans.Where(plan =>
            before.Keys.Any(name =>
                name.StartsWith(plan.Name, StringComparison.Ordinal) && !before[name].SequenceEqual(after[name])
            )
        );
        Assert.That(moved, Is.EqualTo(moving));
    }

    [Test]
    public void A_factor_of_one_half_is_half_the_learning_rate()
    {
        using var scope = NewDisposeScope();
        var ends = new[] { (Rate: 0.02, Factor: 0.5), (Rate: 0.01, Factor: 1.0) }
            .Select(setting =>
            {
                using var store = new TensorStore(Plans, [], seed: 3, CPU);
                using var state = (Some.Adam with { LearningRate = setting.Rate }).NewState(store);
                Fill(store, Plans, step: 0);
                state.Step(setting.Factor);
                return Plans.SelectMany(plan => Bits(store[plan])).ToArray();
            })
            .ToArray();
        Assert.That(ends[0], Is.EqualTo(ends[1]));
    }

    static Adam[] Settings() =>
        [Some.Adam, Some.Adam with { LearningRate = 1e-4 }, new(3e-3, 0.8, 0.99, 1e-6, 0.05, new ConstantSchedule())];

    static IEnumerable<string> UnlikeTheFrameworks(
        Adam adam,
        bool byTensors,
        int steps,
        Func<ParameterPlan, int, bool> hasGradient
    )
    {
        using var scope = NewDisposeScope();
        using var store = new TensorStore(Plans, [], seed: 3, CPU);
        using var state = new AdamState(adam, store, byTensors);
        var theirs = Plans.Select(plan => new TorchSharp.Modules.Parameter(store[plan].detach().clone())).ToArray();
        using var reference = optim.Adam(
            theirs,
            adam.LearningRate,
            adam.Beta1,
            adam.Beta2,
            adam.Epsilon,
            adam.WeightDecay
        );
        for (var step = 0; step < steps; step++)
        {
            foreach (var (plan, parameter) in Plans.Zip(theirs))
            {
                store[plan].grad = hasGradient(plan, step) ? Gradient(plan, step) : null;
                parameter.grad = store[plan].grad?.clone();
            }

            state.Step(1);
            reference.step();
        }

        var bound = Rounding.Of(RoundingsOfStep * steps);
        return
        [
            .. from pair in Plans.Zip(theirs)
            where !(Draw.Distance(store[pair.First], pair.Second) <= bound)
            select pair.First.Name,
        ];
    }

    static ParameterPlan Plan(string name, Owner owner, params long[] shape) =>
        new(name, owner, [.. shape], new Initialization.Normal(1));

    static void Fill(TensorStore store, IEnumerable<ParameterPlan> plans, int step)
    {
        foreach (var plan in plans)
        {
            store[plan].grad = Gradient(plan, step);
        }
    }

    static Tensor Gradient(ParameterPlan plan, int step)
    {
        var values = new float[plan.Count];
        RandomStream.For(11, "gradient", plan.Name, step).FillGaussian(values, Math.Pow(10, -step % 4));
        return tensor(values, [.. plan.Shape]);
    }

    static Dictionary<string, int[]> Everything(TensorStore store, IOptimizerState state) =>
        store
            .Parameters.Concat(state.Moments.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
            .Select(pair => KeyValuePair.Create(pair.Key, Bits(pair.Value)))
            .Concat(state.Steps.Select(pair => KeyValuePair.Create($"{pair.Key}.step", new[] { (int)pair.Value })))
            .ToDictionary();

    static int[] Bits(Tensor tensor) =>
        Array.ConvertAll(tensor.detach().contiguous().data<float>().ToArray(), BitConverter.SingleToInt32Bits);
}
