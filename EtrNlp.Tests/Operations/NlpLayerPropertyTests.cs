using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>
/// The NLP module against Algorithm 1 as it is printed, on random shapes, strides, groups and primitives.
/// </summary>
public sealed class NlpLayerPropertyTests
{
    const int LargestWindow = 81;

    static readonly ImmutableArray<IPrimitive> Kinds =
    [
        .. KnownPrimitives.All.Names.Select(name => KnownPrimitives.All.Default(name)),
        new AvgPool(3),
        new MaxPool(5),
        new FixedConv(5, DepthWise: true, FixedWeights.Binary, 0.5),
        new FixedConv(3, DepthWise: false, FixedWeights.Real, 1),
    ];

    static Gen<NlpPlan> Plans { get; } =
        from channels in Gen.Choose(1, 20)
        from height in Gen.Choose(1, 40)
        from width in Gen.Choose(1, 40)
        from primitives in Gen.Elements(Kinds.ToArray())
            .NonEmptyListOf()
            .Select(list => list.Take(5).ToImmutableArray())
        from groups in Gen.Elements(Divisors(channels * primitives.Length))
        from each in Gen.Choose(1, 3)
        from stride in Gen.Choose(1, 2)
        from downSampling in Gen.Elements(DownSampling.After, DownSampling.Inside)
        let mixing = new MixingPlan("m", Owner.Shared, channels, primitives.Length, groups * each, groups, null)
        select new NlpPlan(
            "m",
            new FeatureShape(channels, height, width),
            mixing.Channels,
            stride,
            downSampling,
            primitives,
            [mixing]
        );

    // Found by drawing: what was wrong once.
    static IEnumerable<NlpPlan> Found =>
        [
            // Features that do not lie channels-last, on maps so large that their axes are halved one after the other.
            Plan(new FeatureShape(16, 64, 64), 2, DownSampling.After, [new Shift(1)]),
            Plan(new FeatureShape(9, 13, 5), 2, DownSampling.Inside, [new Shift(2), new AvgPool(3)]),
        ];

    [Test]
    [Category("Slow")]
    public void It_equals_concatenation_shuffle_grouped_convolution_and_pooling() =>
        Properties.Hold(
            Plans,
            150,
            plan =>
                (Error(plan, images: 2) <= 1).Label(
                    $"{plan.Input} -> {plan.Output}, stride {plan.Stride} {plan.DownSampling}, "
                        + $"{plan.Mixings[0].Groups} groups, {string.Join(", ", plan.Primitives)}"
                )
        );

    [TestCaseSource(nameof(Found))]
    public void So_it_does_where_it_did_not(NlpPlan plan) =>
        Assert.That(Error(plan, images: 2), Is.LessThanOrEqualTo(1));

    // More than 64 x 64 pixels.
    [TestCase(1, DownSampling.After)]
    [TestCase(2, DownSampling.After)]
    [TestCase(2, DownSampling.Inside)]
    public void So_it_does_on_maps_so_large_that_features_are_computed_again(int stride, DownSampling downSampling)
    {
        ImmutableArray<IPrimitive> primitives =
        [
            new AvgPool(9),
            new MaxPool(3),
            new Identity(),
            new Perturb(0.1, NoiseMasks.PerChannel),
        ];
        var plan = Plan(new FeatureShape(40, 70, 130), stride, downSampling, primitives);

        Assert.That(Error(plan, images: 3), Is.LessThanOrEqualTo(1));
    }

    [Test]
    [NonParallelizable] // two threads mix such images as one, and their number is told the whole process
    public void So_it_does_on_maps_of_few_pixels([Values(1, 2, 3)] int height, [Values(1, 2)] int stride)
    {
        var plan = Plan(new FeatureShape(6, height, 2), stride, DownSampling.After, [new AvgPool(3), new Shift(1)], 2);
        var before = get_num_threads();
        set_num_threads(2);
        try
        {
            Assert.That(Error(plan, images: 5), Is.LessThanOrEqualTo(1));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Test]
    public void Features_may_lie_in_memory_in_any_order(
        [Values] MemoryOrder order,
        [Values(1, 2)] int stride,
        [Values] DownSampling downSampling
    )
    {
        var plan = Plan(new FeatureShape(4, 12, 11), stride, downSampling, [new Lying(order)]);

        Assert.That(Error(plan, images: 2), Is.LessThanOrEqualTo(1));
    }

    static NlpPlan Plan(
        FeatureShape input,
        int stride,
        DownSampling downSampling,
        ImmutableArray<IPrimitive> primitives,
        int groups = 1
    )
    {
        var mixing = new MixingPlan("m", Owner.Shared, input.Channels, primitives.Length, 8, groups, null);
        return new NlpPlan("m", input, mixing.Channels, stride, downSampling, primitives, [mixing]);
    }

    // The largest distance from the printed form, of the output and of the gradients of x, weight and bias, as a share
    // of what rounding can explain: a sum over a window, one over the mixed features or over what they were mixed to,
    // and one over all pixels come one after the other.
    static double Error(NlpPlan plan, int images)
    {
        using var scope = NewDisposeScope();
        using var store = Draw.Store(plan);
        using var sizes = Absolute(plan);
        var x = Draw.Images("x", images, plan.Input);
        var upstream = Draw.Gaussian("upstream", images, plan.Output.Channels, plan.Output.Height, plan.Output.Width);
        var (k, channels) = (plan.Primitives.Length, plan.Input.Channels);
        var terms = LargestWindow + (9 * channels) + (k * channels) + plan.Channels + (images * plan.Input.Pixels);

        var ours = Differentiated(store, x, upstream, input => plan.Build(store).Forward(input, default));
        var printed = Differentiated(store, x, upstream, input => AsPrinted(plan, store, input));
        var bounds = Differentiated(sizes, x.abs(), upstream.abs(), input => AsPrinted(plan, sizes, input))
            .Select(size => Rounding.Of(terms, Largest(size)));

        return ours.Zip(printed, bounds).Max(one => Largest(one.First - one.Second) / one.Third);
    }

    // What every sum is taken from in its absolute value: the sizes of its terms.
    static TensorStore Absolute(NlpPlan plan)
    {
        using var noGrad = no_grad();
        var store = Draw.Store(plan);
        foreach (var tensor in store.Parameters.Values.Concat(store.Buffers.Values))
        {
            tensor.abs_();
        }

        return store;
    }

    static double Largest(Tensor x) => x.detach().abs().max().item<float>();

    // y and the gradients of x, weight and bias.
    static Tensor[] Differentiated(TensorStore store, Tensor images, Tensor upstream, Func<Tensor, Tensor> layer)
    {
        store.DropGradients();
        var x = images.detach().requires_grad_();
        var y = layer(x);
        y.backward([upstream]);
        return
        [
            y,
            .. new[] { x, store.Parameters["m.weight"], store.Parameters["m.bias"] }.Select(leaf => leaf.grad!.clone()),
        ];
    }

    static Tensor AsPrinted(NlpPlan plan, TensorStore store, Tensor x)
    {
        var weight = store.Parameters["m.weight"].reshape(plan.Channels, -1, 1, 1); // [C_out, k * C_in / g, 1, 1]
        var bias = store.Parameters["m.bias"];
        var (k, c) = (plan.Primitives.Length, x.shape[1]);
        var features = plan
            .Primitives.Select(
                (primitive, p) =>
                {
                    var buffers = primitive
                        .Buffers($"m.primitives.{p}", plan.Input)
                        .Select(buffer => store[buffer])
                        .ToArray();
                    return primitive.Build(buffers).Apply(x);
                }
            )
            .ToArray();
        var joined = cat(features, 1); // [N, k * C, H, W]
        var (n, h, w) = (joined.shape[0], joined.shape[2], joined.shape[3]);
        var shuffled = joined.reshape(n, k, c, h, w).transpose(1, 2).reshape(n, k * c, h, w);
        if (plan.Stride == 1)
        {
            return nn.functional.conv2d(shuffled, weight, bias, groups: plan.Mixings[0].Groups);
        }

        return plan.DownSampling == DownSampling.Inside
            ? nn.functional.conv2d(shuffled, weight, bias, strides: [2, 2], groups: plan.Mixings[0].Groups)
            : nn.functional.avg_pool2d(
                nn.functional.conv2d(shuffled, weight, bias, groups: plan.Mixings[0].Groups),
                2,
                2,
                ceil_mode: true
            );
    }

    /// <summary>How the result of a primitive can lie in memory.</summary>
    public enum MemoryOrder
    {
        ChannelsFirst,
        ChannelsLast,
        ImagesLast,
        PartOfMore,
        OneForAllChannels,
    }

    // The features, or for all channels their average, lying in an order.
    sealed record Lying(MemoryOrder Order) : IPrimitive, IPrimitiveLayer
    {
        public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => this;

        public Tensor Apply(Tensor x) =>
            Order switch
            {
                MemoryOrder.ChannelsFirst => x.contiguous(),
                MemoryOrder.ChannelsLast => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
                MemoryOrder.ImagesLast => x.permute(1, 2, 3, 0).contiguous().permute(3, 0, 1, 2),
                MemoryOrder.PartOfMore => nn
                    .functional.pad(x, [1, 2, 3, 4])
                    .narrow(2, 3, x.shape[2])
                    .narrow(3, 1, x.shape[3]),
                _ => x.mean([1L], keepdim: true).expand(x.shape),
            };
    }

    static int[] Divisors(int number) => [.. Enumerable.Range(1, number).Where(divisor => number % divisor == 0)];
}
