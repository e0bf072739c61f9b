using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>
/// What the NLP module's own gradient does beside being right, of which <see cref="NlpLayerPropertyTests"/> speak.
/// </summary>
public sealed class NlpFunctionTests
{
    static readonly FeatureShape Input = new(2, 3, 3);

    [Test]
    public void A_failure_in_the_backward_pass_is_thrown_after_it()
    {
        using var scope = NewDisposeScope();
        using var store = new TensorStore([], [], seed: 1, CPU);
        var maps = new NlpKernel(
            new FixedMaps([new FailsTheSecondTime()], Input, downSampling: null, store),
            Input with
            {
                Channels = 4,
            }
        );
        var weight = new GroupedWeight(
            ones(1, 4, 2).permute(1, 2, 0).requires_grad_(),
            zeros(4).requires_grad_(),
            Groups: 1
        );
        var y = NlpFunction.Of(maps, Draw.Images("x", 2, Input).requires_grad_(), [weight], store.Backward);

        y.sum().backward();

        Assert.That(store.Backward.EndPass, Throws.InstanceOf<InsufficientMemoryException>());
        Assert.That(store.Backward.EndPass, Throws.Nothing, "a failure is told once");
    }

    // Computed once going forward and once more going backward.
    sealed class FailsTheSecondTime : IPrimitiveLayer
    {
        int _times;

        public Tensor Apply(Tensor x) => _times++ == 0 ? x * 2 : throw new InsufficientMemoryException();
    }
}
