using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Layers;

/// <summary>Layers that are passed again for their gradient, against the same that keep what they need.</summary>
public sealed class RepeatedTests
{
    static readonly FeatureShape Shape = new(4, 7, 6);

    static readonly LayerPlan[] Layers =
    [
        new NormPlan("norm", Shape, [[new NormPart(new AffinePlan("norm", Owner.Shared, Shape.Channels))]], [""], KeepsStatistics: true),
        new ReluPlan("relu", Shape), new StemPoolPlan("pool", Shape),
    ];

    [Test]
    public void They_give_the_bits_of_the_layers_kept_and_running_statistics_see_a_batch_once([Values] bool training)
    {
        using var scope = NewDisposeScope();

        Assert.That(Passed(new RepeatedPlan("repeated", [.. Layers]), training), Is.EqualTo(Passed(new ChainPlan("kept", [.. Layers]), training)));
    }

    // Output, gradients of the input and of scale and shift, running mean and variance.
    static int[][] Passed(LayerPlan plan, bool training)
    {
        using var store = Draw.Store(plan);
        var x = Draw.Images("x", 3, Shape).requires_grad_();
        var y = plan.Build(store).Forward(x, new Pass(0, training));
        (y * Draw.Gaussian("upstream", [.. y.shape])).sum().backward();
        store.Handover.EndPass();
        Tensor[] found = [y, x.grad!, .. store.Parameters.Values.Select(parameter => parameter.grad!), .. store.Buffers.Values];
        return Array.ConvertAll(found, tensor => tensor.Bits());
    }
}
