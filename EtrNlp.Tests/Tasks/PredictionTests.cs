using EtrNlp.Core.Tasks;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Tasks;

/// <summary>What outputs of every type of task mean.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PredictionTests : IDisposable
{
    static readonly float Ln3 = MathF.Log(3); // sigmoid(ln 3) = 3 / 4

    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Test]
    public void An_attribute_is_there_from_a_probability_of_one_half_on()
    {
        var said = new Attributes(["a", "b", "c"]).Predict(tensor([0, Ln3, -Ln3], [1, 3]));

        AssertNumbers(said.Labels, 1, 1, 0);
        AssertNumbers(said.Probabilities!, 0.5f, 0.75f, 0.25f);
    }

    [Test]
    public void A_choice_is_the_class_of_the_largest_output_and_every_class_has_its_probability()
    {
        var said = new Choice("kind", ["cat", "dog"]).Predict(tensor([0, Ln3, Ln3, 0], [2, 2]));

        AssertNumbers(said.Labels, 1, 0);
        AssertNumbers(said.Probabilities!, 0.25f, 0.75f, 0.75f, 0.25f);
    }

    // Four pixels: no class, both, the first, the second.
    [TestCase(true, 0f, 1f, 0f, 1f)]
    [TestCase(false, -1f, 1f, 0f, 1f)]
    public void A_pixel_has_the_likeliest_of_its_classes(bool isExclusive, params float[] expected)
    {
        ITargetRule rule = isExclusive ? new Classes() : new OneVsRest();
        var outputs = tensor([-1f, 1, 3, -2, -2, 2, -1, 0], [1, 2, 1, 4]);

        var said = new Segmentation(["a", "b"], rule).Predict(outputs);

        Assert.That(said.Labels.shape, Is.EqualTo(new long[] { 1, 1, 1, 4 }));
        AssertNumbers(said.Labels, expected);
    }

    [Test]
    public void Depth_is_the_output_and_a_normal_has_length_1()
    {
        AssertNumbers(new Depth().Predict(tensor([2f, -1], [1, 1, 1, 2])).Labels, 2, -1);
        AssertNumbers(new Normals().Predict(tensor([0f, 3, 4], [1, 3, 1, 1])).Labels, 0, 0.6f, 0.8f);
    }

    static void AssertNumbers(Tensor found, params float[] expected) =>
        Assert.That(found.to(ScalarType.Float32).flatten().data<float>(), Is.EqualTo(expected).Within(1e-6));
}
