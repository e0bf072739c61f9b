using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Layers;

/// <summary>
/// Layers on features in bfloat16, whose roundings are wrong by at most 2^-9 = 0.2 %, against the same on the same
/// numbers in float32. Of whole networks gradients cannot be compared: one rounding of the weights alone turns them.
/// </summary>
public sealed class LayerPrecisionTests
{
    const double Rounded = 0.015; // a few roundings one after the other

    static IEnumerable<LayerPlan> Plans =>
        [
            Convolution(new FeatureShape(16, 9, 7), channels: 8, stride: 2),
            Convolution(new FeatureShape(130, 2, 2), channels: 128, stride: 1),
            Convolution(new FeatureShape(16, 9, 7), channels: 32, stride: 2, groups: 16),
            new FixedConvolutionPlan("fixed", new FeatureShape(16, 9, 7), 8, 3, 2, new Initialization.Signs(0.5)),
            new NormPlan(
                "norm",
                new FeatureShape(6, 5, 4),
                [
                    [new NormPart(new AffinePlan("norm", Owner.Shared, 6))],
                ],
                [""],
                KeepsStatistics: true
            ),
            Routed(new PartitionedTrunk(new TaskRouting(0.5m))),
            new LearnedShiftPlan("shift", new FeatureShape(6, 5, 4), Owner.Shared, 0),
            Routed(new Attentive(2, Bias: true)),
            .. from primitive in KnownPrimitives.All.Names
            from side in new[] { 6, 12 }
            select Nlp(side, 1, 2, KnownPrimitives.All.Default(primitive)),
            .. from down in Enum.GetValues<DownSampling>()
            from groups in new[] { 2, 8, 24 }
            select Nlp(
                9,
                2,
                groups,
                new AvgPool(9),
                new FixedConv(3, true, FixedWeights.Real, 1),
                new Perturb(0.1, NoiseMasks.PerChannel)
            ) with
            {
                DownSampling = down,
            },
        ];

    [TestCaseSource(nameof(Plans))]
    public void Outputs_and_gradients_are_those_of_float32_up_to_roundings_and_parameters_get_theirs_in_float32(
        LayerPlan plan
    )
    {
        using var scope = NewDisposeScope();
        using var exact = Draw.Store(plan);
        using var rounded = Draw.Store(plan);
        var x = Draw.Images("x", 4, plan.Input).to(ScalarType.BFloat16);
        var upstream = Draw.Images("upstream", 4, plan.Output).to(ScalarType.BFloat16);

        var expected = Differentiated(plan, exact, x.to(ScalarType.Float32), upstream.to(ScalarType.Float32));
        var found = Differentiated(plan, rounded, x, upstream);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Features.Select(features => features.dtype), Is.All.EqualTo(ScalarType.BFloat16));
            Assert.That(found.Kept.Select(kept => kept.dtype), Is.All.EqualTo(ScalarType.Float32));
            Assert.That(found.All.Zip(expected.All, Draw.RelativeDistance), Is.All.LessThan(Rounded));
        }
    }

    static ConvolutionPlan Convolution(FeatureShape input, int channels, int stride, int groups = 1) =>
        new(
            "conv",
            input,
            channels,
            3,
            stride,
            Bias: true,
            Owner.Shared,
            (fanIn, _) => new Initialization.Normal(Math.Sqrt(1.0 / fanIn)),
            Groups: groups
        );

    // What a routing puts behind a convolution without a norm.
    static LayerPlan Routed(IRouting routing)
    {
        var site = new ConvSite(
            "site",
            new FeatureShape(6, 5, 4),
            6,
            3,
            1,
            Bias: false,
            Replaceable: true,
            NormName: null,
            (_, _) => new Initialization.Normal(1)
        );
        return ((ChainPlan)routing.PlanSite(site, new RoutingContext(new Conv(), ["t"], 1))).Layers[^1];
    }

    static NlpPlan Nlp(int side, int stride, int groups, params ImmutableArray<IPrimitive> primitives)
    {
        var mixing = new MixingPlan("nlp", Owner.Shared, 16, primitives.Length, 24, groups, null);
        return new NlpPlan(
            "nlp",
            new FeatureShape(16, side, side),
            mixing.Channels,
            stride,
            DownSampling.After,
            primitives,
            [mixing]
        );
    }

    // What has the features' type, and what is float32 in either case.
    static Results Differentiated(LayerPlan plan, TensorStore store, Tensor x, Tensor upstream)
    {
        var leaf = x.detach().requires_grad_();
        var y = plan.Build(store).Forward(leaf, new Pass(0, Training: true));
        y.backward([upstream]);
        return new Results(
            [y, leaf.grad!],
            [.. store.Parameters.Values.Select(parameter => parameter.grad!), .. store.Buffers.Values]
        );
    }

    sealed record Results(Tensor[] Features, Tensor[] Kept)
    {
        public IEnumerable<Tensor> All => [.. Features, .. Kept];
    }
}
