using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Primitives;

/// <summary>What every primitive must keep. A new one is tested by being in the list.</summary>
public sealed class PrimitiveContractTests
{
    // The largest of the defaults' sums has 9 * 9 terms, and all terms together are about as large as one feature.
    static readonly double Bound = Rounding.Of(terms: 81);

    static readonly FeatureShape[] Shapes = [new(20, 5, 6), new(3, 1, 1), new(9, 2, 7)];

    static IReadOnlyList<string> Names => KnownPrimitives.All.Names;

    static IEnumerable<object[]> Everywhere =>
        from name in Names
        from shape in Shapes
        select new object[] { name, shape };

    [TestCaseSource(nameof(Everywhere))]
    public void It_keeps_the_shape(string name, FeatureShape shape)
    {
        using var scope = NewDisposeScope();
        using var store = Store(name, shape, seed: 1);
        Assert.That(
            Apply(name, store, shape).shape,
            Is.EqualTo(new long[] { 2, shape.Channels, shape.Height, shape.Width })
        );
    }

    [TestCaseSource(nameof(Everywhere))]
    public void What_it_draws_asks_for_no_gradient_and_the_input_gets_one(string name, FeatureShape shape)
    {
        using var scope = NewDisposeScope();
        using var store = Store(name, shape, seed: 1);
        var x = Draw.Images("x", 2, shape).requires_grad_();
        Build(name, store).Apply(x).sum().backward();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(store.Buffers.Values.Where(buffer => buffer.requires_grad), Is.Empty);
            Assert.That(x.grad?.shape, Is.EqualTo(x.shape));
        }
    }

    [TestCaseSource(nameof(Everywhere))]
    public void One_seed_gives_one_result_and_another_seed_another_draw(string name, FeatureShape shape)
    {
        using var scope = NewDisposeScope();
        using var store = Store(name, shape, seed: 1);
        using var twin = Store(name, shape, seed: 1);
        using var other = Store(name, shape, seed: 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Apply(name, twin, shape).Bits(), Is.EqualTo(Apply(name, store, shape).Bits()));
            foreach (var (buffer, values) in store.Buffers)
            {
                Assert.That(other.Buffers[buffer].Bits(), Is.Not.EqualTo(values.Bits()), buffer);
            }
        }
    }

    [TestCaseSource(nameof(Everywhere))]
    public void It_takes_features_and_gradients_that_lie_in_any_order(string name, FeatureShape shape)
    {
        using var scope = NewDisposeScope();
        using var store = Store(name, shape, seed: 1);
        var (primitive, x) = (Build(name, store), Draw.Images("x", 2, shape)); // channels-last
        var rowMajor = x.contiguous();
        Assert.That(Draw.Distance(primitive.Apply(rowMajor), primitive.Apply(x)), Is.LessThanOrEqualTo(Bound));
    }

    [TestCaseSource(nameof(Names))]
    public void It_counts_no_negative_work(string name) =>
        Assert.That(Shapes.Select(KnownPrimitives.All.Default(name).Macs), Has.All.GreaterThanOrEqualTo(0));

    // 3x3, one filter per channel: 9 products at each of 20 * 5 * 6 places.
    [Test]
    public void The_fixed_convolution_counts_its_products() =>
        Assert.That(
            new FixedConv(3, DepthWise: true, FixedWeights.Real, 1).Macs(new FeatureShape(20, 5, 6)),
            Is.EqualTo(5400)
        );

    static TensorStore Store(string name, FeatureShape shape, long seed) =>
        new([], KnownPrimitives.All.Default(name).Buffers(name, shape), seed, CPU);

    static IPrimitiveLayer Build(string name, TensorStore store) =>
        KnownPrimitives.All.Default(name).Build([.. store.Buffers.Values]);

    static Tensor Apply(string name, TensorStore store, FeatureShape shape) =>
        Build(name, store).Apply(Draw.Images("x", 2, shape));
}
