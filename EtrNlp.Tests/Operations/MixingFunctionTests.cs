using EtrNlp.Core.Layers;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Primitives;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>What the NLP module's own gradient does beside being right, of which <see cref="NlpLayerPropertyTests"/> speak.</summary>
public sealed class MixingFunctionTests
{
    static readonly FeatureShape Input = new(2, 3, 3);

    [Test]
    public void A_failure_in_the_backward_pass_is_thrown_after_it()
    {
        using var scope = NewDisposeScope();
        using var store = new TensorStore([], [], seed: 1, CPU);
        var maps = new MixedMaps(new FeatureMaps([new FailsTheSecondTime()], Input, downSampling: null, store), Input with { Channels = 4 });
        var weight = new GroupedWeight(ones(1, 4, 2).permute(1, 2, 0).requires_grad_(), zeros(4).requires_grad_(), Groups: 1);
        var y = MixingFunction.Of(maps, Draw.Images("x", 2, Input).requires_grad_(), [weight], store.Handover);

        y.sum().backward();

        Assert.That(store.Handover.EndPass, Throws.InstanceOf<InsufficientMemoryException>());
        Assert.That(store.Handover.EndPass, Throws.Nothing, "a failure is told once");
    }

    [Test]
    public void Channels_beside_the_mixed_ones_come_after_them_and_get_their_gradient()
    {
        using var scope = NewDisposeScope();
        using var store = new TensorStore([], [], seed: 1, CPU);
        var maps = new MixedMaps(new FeatureMaps([new Identity().Build([])], Input, downSampling: null, store), Input with { Channels = 4 });
        var weight = new GroupedWeight(Draw.Gaussian("weight", 1, 4, 2).permute(1, 2, 0).requires_grad_(), zeros(4).requires_grad_(), Groups: 1);
        var x = Draw.Images("x", 2, Input).requires_grad_();
        var beside = Draw.Images("beside", 2, Input with { Channels = 3 }).requires_grad_();
        var upstream = Draw.Images("upstream", 2, Input with { Channels = 7 });

        var y = MixingFunction.Of(maps, x, [weight], store.Handover, beside);
        y.backward([upstream]);
        store.Handover.EndPass();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(y.narrow(1, 4, 3).Bits(), Is.EqualTo(beside.Bits()));
            Assert.That(beside.grad!.Bits(), Is.EqualTo(upstream.narrow(1, 4, 3).Bits()));
            Assert.That(Draw.Distance(y.narrow(1, 0, 4), einsum("nihw,oik->nohw", x, weight.Weight)), Is.LessThan(1e-6));
            Assert.That(Draw.Distance(x.grad!, einsum("nohw,oik->nihw", upstream.narrow(1, 0, 4), weight.Weight)), Is.LessThan(1e-6));
            Assert.That(weight.Bias.grad!.shape, Is.EqualTo(new long[] { 4 }));
        }
    }

    // Computed once going forward and once more going backward.
    sealed class FailsTheSecondTime : IPrimitiveLayer
    {
        int _times;

        public Tensor Apply(Tensor x) => _times++ == 0 ? x * 2 : throw new InsufficientMemoryException();
    }
}
