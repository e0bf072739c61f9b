using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Layers;

/// <summary>Layers that are passed again for their gradient, against the same that keep what they need.</summary>
public sealed class RecomputedTests
{
    static readonly FeatureShape Shape = new(4, 7, 6);

    static readonly LayerPlan[] Layers =
    [
        new NormPlan(
            "norm",
            Shape,
            [
                [new NormPart(new AffinePlan("norm", Owner.Shared, Shape.Channels))],
            ],
            [""],
            KeepsStatistics: true
        ),
        new ReluPlan("relu", Shape),
        new StemPoolPlan("pool", Shape),
    ];

    [Test]
    public void They_give_the_bits_of_the_layers_kept_and_running_statistics_see_a_batch_once([Values] bool training)
    {
        using var scope = NewDisposeScope();

        Assert.That(
            Passed(new RecomputedPlan("recomputed", [.. Layers]), training),
            Is.EqualTo(Passed(new ChainPlan("kept", [.. Layers]), training))
        );
    }

    [Test]
    public void They_are_passed_again_when_the_gradient_comes_and_only_then()
    {
        using var scope = NewDisposeScope();
        using var store = Draw.Store(Layers[0]);
        var passes = new List<Pass>();
        var layer = new RecomputedPlan("recomputed", [new WatchedPlan(passes.Add, Shape)]).Build(store);
        var pass = new Pass(0, Training: true);
        using (no_grad())
        {
            layer.Forward(Draw.Images("x", 1, Shape), pass);
        }

        layer.Forward(Draw.Images("x", 1, Shape).requires_grad_(), pass).sum().backward();
        store.Backward.EndPass();

        Assert.That(passes, Is.EqualTo(new[] { pass, pass, pass with { Recomputes = true } }));
    }

    [Test]
    public void A_failure_in_the_second_pass_ends_the_pass()
    {
        using var scope = NewDisposeScope();
        using var store = Draw.Store(Layers[0]);
        var layer = new RecomputedPlan(
            "recomputed",
            [
                new WatchedPlan(
                    pass =>
                    {
                        if (pass.Recomputes)
                        {
                            throw new InvalidOperationException("full");
                        }
                    },
                    Shape
                ),
            ]
        ).Build(store);

        layer.Forward(Draw.Images("x", 1, Shape).requires_grad_(), new Pass(0, Training: true)).sum().backward();

        Assert.That(store.Backward.EndPass, Throws.InvalidOperationException.With.Message.EqualTo("full"));
    }

    // Output, gradients of the input and of scale and shift, running mean and variance.
    static int[][] Passed(LayerPlan plan, bool training)
    {
        using var store = Draw.Store(plan);
        var x = Draw.Images("x", 3, Shape).requires_grad_();
        var y = plan.Build(store).Forward(x, new Pass(0, training));
        (y * Draw.Gaussian("upstream", [.. y.shape])).sum().backward();
        store.Backward.EndPass();
        Tensor[] found =
        [
            y,
            x.grad!,
            .. store.Parameters.Values.Select(parameter => parameter.grad!),
            .. store.Buffers.Values,
        ];
        return Array.ConvertAll(found, tensor => tensor.Bits());
    }

    sealed record WatchedPlan(Action<Pass> Watch, FeatureShape Shape) : FunctionPlan("watched", Shape, Shape)
    {
        public override Tensor Forward(Tensor x, Pass pass)
        {
            Watch(pass);
            return x * 2;
        }
    }
}
