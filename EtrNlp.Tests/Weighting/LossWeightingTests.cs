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
            balance.End(clock, tensor(each));
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

    static TensorStore Store(ILossWeighting weighting) =>
        new(weighting.Learned(_tasks), weighting.Kept(_tasks), seed: 1, CPU);
}
