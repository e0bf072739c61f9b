using EtrNlp.Core.Networks;
using EtrNlp.Core.Weighting;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Weighting;

/// <summary>Factors on task losses against values worked by hand.</summary>
public sealed class LossWeightingTests
{
    static readonly string[] _tasks = ["a", "b"];

    // d log L = dL / L.
    [Test]
    public void Scale_invariant_divides_the_gradient_by_the_loss()
    {
        using var scope = NewDisposeScope();
        using var store = Store(new ScaleInvariant());
        var loss = tensor(4f).requires_grad_();

        new ScaleInvariant().Balance(_tasks, store).Weighted(0, loss).backward();

        Assert.That(loss.grad!.item<float>(), Is.EqualTo(0.25f));
    }

    // As the logarithm that is cut has it.
    [Test]
    public void Scale_invariant_leaves_a_loss_of_0_alone()
    {
        using var scope = NewDisposeScope();
        using var store = Store(new ScaleInvariant());
        var loss = tensor(0f).requires_grad_();

        new ScaleInvariant().Balance(_tasks, store).Weighted(0, loss).backward();

        Assert.That(loss.grad!.item<float>(), Is.Zero);
    }

    // s = log 2, L = 3: exp(-s) L / 2 + s / 2 = 0.75 + 0.34657, whose derivative by s is (1 - 1.5) / 2.
    [Test]
    public void Uncertainty_divides_a_loss_by_its_variance_and_adds_its_logarithm()
    {
        using var scope = NewDisposeScope();
        using var store = Store(new Uncertainty());
        var s = store.Parameters["weighting.b.log_variance"];
        using (no_grad())
        {
            s.fill_(Math.Log(2));
        }

        var loss = tensor(3f).requires_grad_();
        var weighted = new Uncertainty().Balance(_tasks, store).Weighted(1, loss);
        weighted.backward();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(weighted.item<float>(), Is.EqualTo(1.0965736f).Within(1e-6));
            Assert.That(loss.grad!.item<float>(), Is.EqualTo(0.25f).Within(1e-6));
            Assert.That(s.grad!.item<float>(), Is.EqualTo(-0.25f).Within(1e-6));
            Assert.That(store.Parameters["weighting.a.log_variance"].grad, Is.Null);
        }
    }

    // Mean losses of two steps an epoch: a 2 and then 2, b 4 and then 2. r = (1, 1/2).
    // Over temperature 2 the softmax of (0.5, 0.25) is 0.5621765 and 0.4378235, times two tasks.
    [Test]
    public void Dwa_weighs_from_the_third_epoch_on_by_how_losses_fell()
    {
        using var scope = NewDisposeScope();
        using var store = Store(new Dwa(2));
        var balance = new Dwa(2).Balance(_tasks, store);
        float[][] losses = [[1, 5], [3, 3], [2, 2], [2, 2], [0, 0]];
        var weighted = new List<float>();
        foreach (var (step, each) in losses.Index())
        {
            var clock = new StepClock(1, step, StepsPerEpoch: 2);
            balance.Begin(clock);
            weighted.Add(balance.Weighted(0, tensor(1f)).item<float>());
            balance.End(clock, tensor(each), NotAsked);
        }

        Assert.That(weighted, Is.EqualTo(new[] { 1, 1, 1, 1, 1.124353f }).Within(1e-6));
    }

    [Test]
    public void Random_weights_have_the_mean_1_and_are_others_in_every_step()
    {
        var first = RandomWeights.At(new StepClock(1, 0, 5), 3);
        var second = RandomWeights.At(new StepClock(1, 1, 5), 3);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Average(), Is.EqualTo(1).Within(1e-6));
            Assert.That(second, Is.Not.EqualTo(first));
            Assert.That(RandomWeights.At(new StepClock(1, 0, 9), 3), Is.EqualTo(first));
        }
    }

    // Mean losses of the epoch after the warm-up: a 2, b 4. Losses of 4 are 2 and 1 times those, so that shares are 2/3
    // and 1/3, or by squares, for mu = 1/2, 4/5 and 1/5; times two tasks, over 4.
    [TestCase(1, 1 / 3.0, 1 / 6.0)]
    [TestCase(0.5, 0.4, 0.1)]
    public void Stch_weighs_by_the_worst_of_the_losses_over_their_means_after_a_warm_up(double mu, double a, double b)
    {
        using var scope = NewDisposeScope();
        using var store = Store(new Stch(mu, 1));
        var balance = new Stch(mu, 1).Balance(_tasks, store);
        float[][] losses = [[9, 9], [9, 9], [1, 2], [3, 6], [4, 4]];
        var weights = losses.Select((each, step) => Step(balance, step, each, NotAsked)).ToArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(weights[0], Is.EqualTo(new[] { 1 / 9f, 1 / 9f }), "the derivative of the logarithm");
            Assert.That(weights[3], Is.EqualTo(new[] { 1 / 3f, 1 / 6f }));
            Assert.That(weights[4], Is.EqualTo(new[] { (float)a, (float)b }).Within(1e-6));
        }
    }

    // A task without labels has no loss in the whole epoch of the means.
    [Test]
    public void Stch_stays_finite_where_a_mean_loss_is_0()
    {
        using var scope = NewDisposeScope();
        using var store = Store(new Stch(1, 0));
        var balance = new Stch(1, 0).Balance(_tasks, store);
        Array.ForEach([0, 1], step => Step(balance, step, [0, 2], NotAsked));

        Assert.That(Step(balance, 2, [0, 2], NotAsked), Has.All.Matches<float>(float.IsFinite));
    }

    // Times the losses the weights add up to the number of tasks, as the derivative of T mu log sum exp does.
    [Test]
    public void Stch_has_the_derivative_of_the_smooth_maximum()
    {
        using var scope = NewDisposeScope();
        using var store = Store(new Stch(0.3, 0));
        var balance = new Stch(0.3, 0).Balance(_tasks, store);
        var losses = tensor(new[] { 0.3f, 2.5f }).requires_grad_();
        float[] nadir = [0.7f, 2];
        Array.ForEach([0, 1], step => Step(balance, step, nadir, NotAsked));
        var weights = Step(balance, 2, losses.Floats(), NotAsked);

        (2 * 0.3 * (losses / tensor(nadir)).log().div(0.3).logsumexp(0)).backward();

        Assert.That(weights, Is.EqualTo(losses.grad!.Floats()).Within(1e-6));
        Assert.That(weights.Zip(losses.Floats(), (x, y) => x * y).Sum(), Is.EqualTo(2).Within(1e-6));
    }

    // Step one by hand: z = (1/2, 1/2), z / L = (1/4, 1), over their sum (0.2, 0.8). The log losses fall by log 2 and
    // log(10/9): the gradients of the logits are +-(log 2 - log(10/9)) / 4, and Adam's first step is the rate whatever
    // their size. Step two, and the weights at losses of 1 after it, are from PyTorch 1.13.0 in float64: its Adam, and
    // its derivative of the softmax.
    [Test]
    public void Famo_moves_weight_to_the_task_whose_log_loss_fell_least()
    {
        using var scope = NewDisposeScope();
        using var store = Store(new Famo(0.025, 0.01));
        var balance = new Famo(0.025, 0.01).Balance(_tasks, store);
        var logits = store.Buffers["weighting.logits"];

        var first = Step(balance, 0, [2, 0.5f], () => tensor(new[] { 1, 0.45f }));
        var moved = logits[0].Floats();
        var gradient = logits[1].Floats()[0] / (1 - 0.9);
        var second = Step(balance, 1, [1.2f, 0.6f], () => tensor(new[] { 1.1f, 0.3f }));
        var third = Step(balance, 2, [1, 1], () => tensor(new[] { 1f, 1 }));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.EqualTo(new[] { 0.2f, 0.8f }).Within(1e-6));
            Assert.That(gradient, Is.EqualTo((Math.Log(2) - Math.Log(10 / 9.0)) / 4).Within(1e-6));
            Assert.That(moved, Is.EqualTo(new[] { -0.025f, 0.025f }).Within(1e-6));
            Assert.That(second, Is.EqualTo(new[] { 0.32231633f, 0.67768367f }).Within(1e-6));
            Assert.That(third, Is.EqualTo(new[] { 0.48835840f, 0.51164160f }).Within(1e-6));
        }
    }

    // The derivative by each loss of what is passed backward.
    static float[] Step(ILossBalance balance, int step, float[] losses, Func<Tensor> lossesNow)
    {
        var (clock, all) = (new StepClock(1, step, StepsPerEpoch: 2), tensor(losses));
        var each = losses.Select(loss => tensor(loss).requires_grad_()).ToArray();
        balance.Begin(clock);
        balance.See(all);
        each.Select((loss, task) => balance.Weighted(task, loss)).Aggregate((sum, loss) => sum + loss).backward();
        using var noGrad = no_grad();
        balance.End(clock, all, lossesNow);
        return [.. each.Select(loss => loss.grad!.item<float>())];
    }

    static Tensor NotAsked() => throw new InvalidOperationException("it asks for a second pass");

    static TensorStore Store(ILossWeighting weighting) =>
        new(weighting.Learned(_tasks), weighting.Kept(_tasks), seed: 1, CPU);
}
