using EtrNlp.Core.Networks;
using EtrNlp.Core.Weighting;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Weighting;

/// <summary>A task of which a batch knows no label, so that loss and gradient are 0, beside others.</summary>
public sealed class UnknownTaskTests
{
    const int Steps = 7; // of an epoch each: past the warm-up of stch

    static readonly string[] All = ["a", "b", "c"];
    static readonly string[] Known = ["a", "c"];
    static readonly float[] Losses = [4, 0, 0.5f];

    static readonly double[,] Gram =
    {
        { 4, 0, -1 },
        { 0, 0, 0 },
        { -1, 0, 9 },
    };

    static readonly double[,] GramOfKnown =
    {
        { 4, -1 },
        { -1, 9 },
    };

    static IEnumerable<string> Names => WeightingNames.All;

    // As two tasks are weighed; but the weights of random are drawn for all tasks before a batch is met.
    [TestCaseSource(nameof(Names))]
    public void The_others_are_weighed_as_if_it_were_not_there(string name)
    {
        using var scope = NewDisposeScope();

        var (beside, alone) = (Weights(name, All, Losses, Gram), Weights(name, Known, [4, 0.5f], GramOfKnown));

        var expected = name == "random" ? Drawn() : alone;
        Assert.That(beside.Select(w => w[0]), Is.EqualTo(expected.Select(w => w[0])).Within(1e-6));
        Assert.That(beside.Select(w => w[2]), Is.EqualTo(expected.Select(w => w[^1])).Within(1e-6));

        static double[][] Drawn() =>
            [
                .. Enumerable
                    .Range(0, Steps)
                    .Select(step => Array.ConvertAll(RandomWeights.At(Clock(step), 3), w => (double)w)),
            ];
    }

    // What each gives a single task of loss 4 and a gradient of length 2.
    [TestCase("equal", 1)]
    [TestCase("fixed", 1)]
    [TestCase("dwa", 1)]
    [TestCase("uncertainty", 0.5)]
    [TestCase("scale_invariant", 1 / 4.0)]
    [TestCase("stch", 1 / 4.0)]
    [TestCase("famo", 1)]
    [TestCase("gradnorm", 1)]
    [TestCase("mgda", 1)]
    [TestCase("mgda_ub", 1)]
    [TestCase("pcgrad", 1)]
    [TestCase("cagrad", 1.4 / 1.16)] // (1 + c) / (1 + c^2), c = 0.4
    [TestCase("nash_mtl", 1 / 2.0)] // G a = 1 / a with G = 4
    [TestCase("imtl_g", 1)]
    [TestCase("aligned_mtl", 1)]
    [TestCase("fairgrad", 1 / 2.0)]
    [TestCase("upgrad", 1)]
    public void The_only_known_one_of_two_has_the_weight_of_one_alone(string name, double expected)
    {
        using var scope = NewDisposeScope();

        var weights = Weights(name, ["a", "b"], [4, 0], new double[,] { { 4, 0 }, { 0, 0 } });

        Assert.That(weights.Select(w => w[0]), Has.All.EqualTo(expected).Within(1e-6));
    }

    // Adam goes on by its momentum where a gradient is 0, and decays what has none.
    [Test]
    public void Its_own_logits_of_famo_stay_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var famo = new Famo(0.025, 0.01);
        using var store = new TensorStore([], famo.Kept(All), seed: 1, CPU);
        var (balance, state) = (famo.Balance(All, store), store.Buffers["weighting.logits"]);
        Factors(balance, Clock(0), [1, 2, 3], [0.5f, 1.9f, 1]);
        var (before, others) = (state[.., 1].Bits(), state[.., 2].Bits());

        Factors(balance, Clock(1), [1, 0, 3], [0.5f, 0, 1]);

        Assert.That(state[.., 1].Bits(), Is.EqualTo(before));
        Assert.That(state[.., 2].Bits(), Is.Not.EqualTo(others));
    }

    // What the optimizer left is (1.2, 0.9, 1.5): b goes back to 1, and a and c again add up to 2 in 1.2 : 1.5.
    [Test]
    public void Its_own_weight_of_gradnorm_stays()
    {
        using var scope = NewDisposeScope();
        var norm = new GradNorm(0.5);
        using var store = new TensorStore(norm.Learned(All), norm.Kept(All), seed: 1, CPU);
        var (balance, weights) = (norm.Balance(All, store), store.Parameters["weighting.weights"]);
        var factors = balance.Combine(Gram, [4, 0, 0.5], Clock(0));
        var slopes = weights.grad!.Floats();
        using (no_grad())
        {
            weights.copy_(tensor(new[] { 1.2f, 0.9f, 1.5f }));
        }

        balance.Stepped();

        // Of norms 2 and 3 the mean is 2.5: a is below it, c above, by their own norms.
        Assert.That(factors, Is.EqualTo(new[] { 1.0, 0, 1 }).Within(1e-6));
        Assert.That(slopes, Is.EqualTo(new[] { -2f, 0, 3 }).Within(1e-6));
        Assert.That(weights.Floats(), Is.EqualTo(new[] { 8 / 9f, 1, 10 / 9f }).Within(1e-6));
    }

    [Test]
    public void Its_variance_of_uncertainty_has_no_gradient()
    {
        using var scope = NewDisposeScope();
        var uncertainty = new Uncertainty();
        using var store = new TensorStore(uncertainty.Learned(All), [], seed: 1, CPU);

        uncertainty.Balance(All, store).Weighted(1, tensor(0f).requires_grad_()).backward();

        Assert.That(store.Parameters["weighting.b.log_variance"].grad!.item<float>(), Is.Zero);
    }

    // Losses by epoch of a: 2 and then 2. Those of b are known in one of the two only, or in neither: its ratio is 1.
    [TestCase(0, 4)]
    [TestCase(4, 0)]
    [TestCase(0, 0)]
    public void Dwa_takes_an_epoch_without_labels_for_one_in_which_nothing_fell(float before, float last)
    {
        using var scope = NewDisposeScope();
        var dwa = new Dwa(2);
        using var store = new TensorStore([], dwa.Kept(["a", "b"]), seed: 1, CPU);
        var balance = dwa.Balance(["a", "b"], store);
        Factors(balance, Clock(0), [2, before], null);
        Factors(balance, Clock(1), [2, last], null);

        Assert.That(Factors(balance, Clock(2), [2, 4], null), Is.EqualTo(new[] { 1, 1 }).Within(1e-6));
    }

    // Labels of b come after the epoch of the means. At its mean it counts as a does: half of two tasks, over the loss.
    [Test]
    public void Stch_takes_a_task_without_a_mean_as_at_its_mean()
    {
        using var scope = NewDisposeScope();
        var stch = new Stch(1, 0);
        using var store = new TensorStore([], stch.Kept(["a", "b"]), seed: 1, CPU);
        var balance = stch.Balance(["a", "b"], store);
        Factors(balance, Clock(0), [2, 0], null);

        Assert.That(Factors(balance, Clock(1), [2, 5], null), Is.EqualTo(new[] { 1 / 2.0, 1 / 5.0 }).Within(1e-6));
    }

    static StepClock Clock(int step) => new(1, step, StepsPerEpoch: 1);

    // By step and task.
    static double[][] Weights(string name, string[] tasks, float[] losses, double[,] gram)
    {
        var weighting = WeightingNames.Default(name, tasks.Length);
        using var store = new TensorStore(weighting.Learned(tasks), weighting.Kept(tasks), seed: 1, CPU);
        Func<int, double[]> step = weighting switch
        {
            ILossWeighting ofLosses => OfLosses(ofLosses.Balance(tasks, store)),
            var other => OfGradients(((IGradientWeighting)other).Balance(tasks, store)),
        };
        return [.. Enumerable.Range(0, Steps).Select(step)];

        Func<int, double[]> OfLosses(ILossBalance balance) =>
            at => Factors(balance, Clock(at), losses, Array.ConvertAll(losses, loss => loss / (1 + loss)));

        Func<int, double[]> OfGradients(IGradientBalance balance) =>
            at =>
            {
                var factors = balance.Combine(gram, Array.ConvertAll(losses, loss => (double)loss), Clock(at));
                balance.Stepped();
                return factors;
            };
    }

    // The derivative by each loss of what is passed backward.
    static double[] Factors(ILossBalance balance, StepClock clock, float[] losses, float[]? after)
    {
        var each = losses.Select(loss => tensor(loss).requires_grad_()).ToArray();
        balance.Begin(clock);
        balance.See(tensor(losses));
        each.Select((loss, task) => balance.Weighted(task, loss)).Aggregate((sum, loss) => sum + loss).backward();
        using var noGrad = no_grad();
        balance.End(clock, tensor(losses), () => tensor(after!));
        return [.. each.Select(loss => (double)loss.grad!.item<float>())];
    }
}
