using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Layers;

/// <summary>Whose statistics a norm uses.</summary>
public sealed class NormTests
{
    static readonly NormPart Part = new(new AffinePlan("n", Owner.Shared, 1));

    // Values 1 and 3: mean 2, unbiased variance 2. Running mean 0.9 * 0 + 0.1 * 2 = 0.2, running variance 0.9 * 1 + 0.1
    // * 2 = 1.1.
    [Test]
    public void A_route_learns_statistics_of_its_own()
    {
        using var scope = NewDisposeScope();
        var plan = new NormPlan(
            "n",
            new FeatureShape(1, 1, 1),
            [
                [Part],
                [Part],
            ],
            ["a", "b"],
            KeepsStatistics: true
        );
        using var store = Draw.Store(plan);
        var norm = plan.Build(store);

        norm.Forward(Pixels(1, 3), new Pass(0, Training: true));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Buffers["n.a.running_mean"].Floats(), Is.EqualTo(new[] { 0.2f }).Within(1e-7));
            Assert.That(store.Buffers["n.a.running_var"].Floats(), Is.EqualTo(new[] { 1.1f }).Within(1e-6));
            Assert.That(store.Buffers["n.b.running_mean"].Floats(), Is.EqualTo(new[] { 0f }));
            Assert.That(store.Buffers["n.b.running_var"].Floats(), Is.EqualTo(new[] { 1f }));
        }
    }

    // Route a: (2 - 0.2) / sqrt(1.10001) = 1.716220; route b has learned nothing: 2 / sqrt(1.00001) = 1.999990.
    [Test]
    public void Evaluation_uses_the_routes_statistics_whatever_the_batch()
    {
        using var scope = NewDisposeScope();
        var plan = new NormPlan(
            "n",
            new FeatureShape(1, 1, 1),
            [
                [Part],
                [Part],
            ],
            ["a", "b"],
            KeepsStatistics: true
        );
        using var store = Draw.Store(plan);
        var norm = plan.Build(store);
        norm.Forward(Pixels(1, 3), new Pass(0, Training: true));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                norm.Forward(Pixels(2), new Pass(0, Training: false)).Floats()[0],
                Is.EqualTo(1.716220f).Within(1e-5)
            );
            Assert.That(
                norm.Forward(Pixels(2, 50), new Pass(0, Training: false)).Floats()[0],
                Is.EqualTo(1.716220f).Within(1e-5)
            );
            Assert.That(
                norm.Forward(Pixels(2), new Pass(1, Training: false)).Floats()[0],
                Is.EqualTo(1.999990f).Within(1e-5)
            );
        }
    }

    // Mean 2, biased variance 1: 1 and 3 become -1 and 1 in evaluation as in training.
    [TestCase(true)]
    [TestCase(false)]
    public void Without_statistics_every_batch_is_normalised_by_itself(bool training)
    {
        using var scope = NewDisposeScope();
        var plan = new NormPlan(
            "n",
            new FeatureShape(1, 1, 1),
            [
                [Part],
            ],
            [""],
            KeepsStatistics: false
        );
        using var store = Draw.Store(plan);
        Assert.That(
            plan.Build(store).Forward(Pixels(1, 3), new Pass(0, training)).Floats(),
            Is.EqualTo(new[] { -1f, 1f }).Within(1e-5)
        );
        Assert.That(store.Buffers, Is.Empty);
    }

    static Tensor Pixels(params float[] values) => tensor(values).view(-1, 1, 1, 1);
}
