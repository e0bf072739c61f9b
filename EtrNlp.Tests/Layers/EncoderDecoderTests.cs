using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Layers;

/// <summary>Pooling and its undoing, with stages that do nothing but cut negative values off.</summary>
public sealed class EncoderDecoderTests
{
    // 3x3, odd: the windows at the edge hold what is inside. Each window keeps its largest value where it stood.
    //  1 2 | 3        0 0 | 0
    //  4 5 | 6   ->   0 5 | 6
    //  ---------      ---------
    //  9 8 | 7        9 0 | 7
    [Test]
    public void Each_value_goes_back_to_where_it_was_the_largest_and_so_does_its_gradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2, 3, 4, 5, 6, 9, 8, 7], [1, 1, 3, 3]).requires_grad_();

        var y = PooledAndBack(x * 1); // a stage may work in place, which a leaf forbids
        y.sum().backward();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(y.Floats(), Is.EqualTo(new float[] { 0, 0, 0, 0, 5, 6, 9, 0, 7 }));
            Assert.That(x.grad!.Floats(), Is.EqualTo(new float[] { 0, 0, 0, 0, 1, 1, 1, 0, 1 }));
        }
    }

    // The largest of each window is its last pixel, at the edge the last there is.
    [Test]
    public void Sides_may_be_odd()
    {
        using var scope = NewDisposeScope();
        var kept = from row in new[] { 1, 3, 4 } from column in new[] { 1, 3, 5, 6 } select (row * 7) + column;

        var y = PooledAndBack(arange(1, 36, ScalarType.Float32).view(1, 1, 5, 7));

        Assert.That(
            y.Floats(),
            Is.EqualTo(Enumerable.Range(0, 35).Select(pixel => kept.Contains(pixel) ? pixel + 1f : 0))
        );
    }

    // Of equal values in a window one alone goes back.
    [Test]
    public void A_tie_goes_back_to_one_place()
    {
        using var scope = NewDisposeScope();

        Assert.That(PooledAndBack(ones(2, 3, 4, 6)).sum().item<float>(), Is.EqualTo(2 * 3 * 2 * 3));
    }

    static Tensor PooledAndBack(Tensor x)
    {
        var shape = new FeatureShape((int)x.shape[1], (int)x.shape[2], (int)x.shape[3]);
        var plan = new EncoderDecoderPlan("trunk", [new ReluPlan("down", shape)], [new ReluPlan("up", shape)], []);
        using var store = Draw.Store(plan);
        return plan.Build(store).Forward(x, default);
    }
}
