using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Primitives;
using EtrNlp.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>The NLP module against Algorithm 1 as it is printed, on random shapes, strides, groups and primitives.</summary>
public sealed class NlpLayerPropertyTests
{
    static readonly ImmutableArray<IPrimitive> Kinds =
    [
        .. KnownPrimitives.All.Names.Select(name => KnownPrimitives.All.Default(name)), new AvgPool(3), new MaxPool(5),
        new FixedConv(5, DepthWise: true, FixedWeights.Binary, 0.5), new FixedConv(3, DepthWise: false, FixedWeights.Real, 1),
    ];

    static Gen<NlpPlan> Plans { get; } =
        from channels in Gen.Choose(1, 20)
        from height in Gen.Choose(1, 9)
        from width in Gen.Choose(1, 9)
        from primitives in Gen.Elements(Kinds.ToArray()).NonEmptyListOf().Select(list => list.Take(5).ToImmutableArray())
        from groups in Gen.Elements(Divisors(channels * primitives.Length))
        from each in Gen.Choose(1, 3)
        from stride in Gen.Choose(1, 2)
        from downSampling in Gen.Elements(DownSampling.After, DownSampling.Inside)
        let mixing = new MixingPlan("m", Owner.Shared, channels, primitives.Length, groups * each, groups, null)
        select new NlpPlan("m", new FeatureShape(channels, height, width), mixing.Channels, stride, downSampling, primitives, [mixing]);

    [Test]
    public void It_equals_concatenation_shuffle_grouped_convolution_and_pooling() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(3, 5), Prop.ForAll(Plans.ToArbitrary(), plan =>
        {
            var (ofOutput, ofGradients) = Distances(plan, images: 2, Draw.Distance);
            return (ofOutput <= 1e-5 && ofGradients <= 1e-4)
                .Label($"{plan.Input} -> {plan.Output}, stride {plan.Stride} {plan.DownSampling}, {plan.Mixings[0].Groups} groups, {string.Join(", ", plan.Primitives)}");
        }));

    // 1.5 MB an image, of which two go together; both sides are long enough for their averages to go in blocks.
    [TestCase(1, DownSampling.After)]
    [TestCase(2, DownSampling.After)]
    [TestCase(2, DownSampling.Inside)]
    public void So_it_does_on_images_too_large_to_go_together(int stride, DownSampling downSampling)
    {
        var mixing = new MixingPlan("m", Owner.Shared, 40, 4, 8, 2, null);
        var plan = new NlpPlan("m", new FeatureShape(40, 70, 130), 8, stride, downSampling, [new AvgPool(9), new MaxPool(3), new Identity(), new Perturb(0.1, NoiseMasks.PerChannel)], [mixing]);

        var (ofOutput, ofGradients) = Distances(plan, images: 3, Draw.RelativeDistance); // sums over many pixels cancel out in single entries

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ofOutput, Is.LessThan(1e-5));
            Assert.That(ofGradients, Is.LessThan(1e-4));
        }
    }

    // From the printed form: of the output, and of the gradients of x, weight and bias the largest.
    static (double Output, double Gradients) Distances(NlpPlan plan, int images, Func<Tensor, Tensor, double> distance)
    {
        using var scope = NewDisposeScope();
        using var store = Draw.Store(plan);
        var (weight, bias) = (store.Parameters["m.weight"], store.Parameters["m.bias"]);
        var x = Draw.Images("x", images, plan.Input);
        var upstream = Draw.Gaussian("upstream", images, plan.Output.Channels, plan.Output.Height, plan.Output.Width);

        var ours = Differentiated(store, x, upstream, input => plan.Build(store).Forward(input, default));
        var printed = Differentiated(store, x, upstream, input => AsPrinted(plan, store, input, weight, bias));

        return (distance(ours[0], printed[0]), ours.Skip(1).Zip(printed.Skip(1)).Max(pair => distance(pair.First, pair.Second)));
    }

    // y and the gradients of x, weight and bias.
    static Tensor[] Differentiated(TensorStore store, Tensor images, Tensor upstream, Func<Tensor, Tensor> layer)
    {
        store.DropGradients();
        var x = images.detach().requires_grad_();
        var y = layer(x);
        y.backward([upstream]);
        return [y, .. new[] { x, store.Parameters["m.weight"], store.Parameters["m.bias"] }.Select(leaf => leaf.grad!.clone())];
    }

    static Tensor AsPrinted(NlpPlan plan, TensorStore store, Tensor x, Tensor rows, Tensor bias)
    {
        var weight = rows.reshape(rows.shape[0], -1, 1, 1); // [C_out, k * C_in / g, 1, 1]
        var (k, c) = (plan.Primitives.Length, x.shape[1]);
        var features = plan.Primitives.Select((primitive, p) =>
        {
            var buffers = primitive.Buffers($"m.primitives.{p}", plan.Input).Select(buffer => store[buffer]).ToArray();
            return primitive.Build(buffers).Apply(x);
        }).ToArray();
        var joined = cat(features, 1); // [N, k * C, H, W]
        var (n, h, w) = (joined.shape[0], joined.shape[2], joined.shape[3]);
        var shuffled = joined.reshape(n, k, c, h, w).transpose(1, 2).reshape(n, k * c, h, w);
        if (plan.Stride == 1)
        {
            return nn.functional.conv2d(shuffled, weight, bias, groups: plan.Mixings[0].Groups);
        }

        return plan.DownSampling == DownSampling.Inside
            ? nn.functional.conv2d(shuffled, weight, bias, strides: [2, 2], groups: plan.Mixings[0].Groups)
            : nn.functional.avg_pool2d(nn.functional.conv2d(shuffled, weight, bias, groups: plan.Mixings[0].Groups), 2, 2, ceil_mode: true);
    }

    static int[] Divisors(int number) => [.. Enumerable.Range(1, number).Where(divisor => number % divisor == 0)];
}
