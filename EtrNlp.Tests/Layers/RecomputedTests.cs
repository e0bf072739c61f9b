using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Layers;

/// <summary>A layer that is passed again for its gradient, against the same that keeps what it needs.</summary>
public sealed class RecomputedTests
{
    static readonly FeatureShape Shape = new(4, 7, 6);

    static readonly LayerPlan Convolution = new ConvolutionPlan(
        "convolution",
        Shape,
        Channels: 5,
        Kernel: 3,
        Stride: 1,
        Bias: false,
        Owner.Shared,
        (_, _) => new Initialization.Normal(1)
    );

    [Test]
    public void It_gives_the_bits_of_the_layer_kept()
    {
        using var scope = NewDisposeScope();

        Assert.That(
            Passed((layer, store) => new Recomputed(layer, store.Backward)),
            Is.EqualTo(Passed((layer, _) => layer))
        );
    }

    [Test]
    public void It_is_passed_again_when_the_gradient_comes_and_only_then()
    {
        using var scope = NewDisposeScope();
        using var backward = new CustomBackward();
        var passes = new List<Pass>();
        var layer = new Recomputed(new Watched(passes.Add), backward);
        var pass = new Pass(0, Training: true);
        using (no_grad())
        {
            layer.Forward(Draw.Images("x", 1, Shape), pass);
        }

        var y = layer.Forward(Draw.Images("x", 1, Shape).requires_grad_(), pass);
        Assert.That(passes, Is.EqualTo(new[] { pass, pass }));
        y.sum().backward();
        backward.EndPass();
        Assert.That(passes, Is.EqualTo(new[] { pass, pass, pass }));
    }

    [Test]
    public void A_failure_in_the_second_pass_ends_the_pass()
    {
        using var scope = NewDisposeScope();
        using var backward = new CustomBackward();
        var passes = 0;
        var layer = new Recomputed(
            new Watched(_ =>
            {
                if (++passes == 2)
                {
                    throw new InvalidOperationException("full");
                }
            }),
            backward
        );

        layer.Forward(Draw.Images("x", 1, Shape).requires_grad_(), new Pass(0, Training: true)).sum().backward();

        Assert.That(backward.EndPass, Throws.InvalidOperationException.With.Message.EqualTo("full"));
    }

    // Output, gradients of the input and of the weight.
    static int[][] Passed(Func<ILayer, TensorStore, ILayer> wrapped)
    {
        using var store = Draw.Store(Convolution);
        var x = Draw.Images("x", 3, Shape).requires_grad_();
        var y = wrapped(Convolution.Build(store), store).Forward(x, new Pass(0, Training: true));
        (y * Draw.Gaussian("upstream", [.. y.shape])).sum().backward();
        store.Backward.EndPass();
        Tensor[] found = [y, x.grad!, .. store.Parameters.Values.Select(parameter => parameter.grad!)];
        return Array.ConvertAll(found, tensor => tensor.Bits());
    }

    sealed class Watched(Action<Pass> watch) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            watch(pass);
            return x * 2;
        }
    }
}
