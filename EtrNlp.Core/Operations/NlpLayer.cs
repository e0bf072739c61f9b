using EtrNlp.Core.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A built NLP module: the fixed features of its input, mixed by what the pass's lane mixes with.</summary>
sealed class NlpLayer(MixedMaps maps, Mixing[] mixings, GradientHandover handover) : IJoiningLayer
{
    readonly bool _common = Array.TrueForAll(mixings, mixing => mixing.IsCommon);

    public Tensor Forward(Tensor x, Pass pass) => _common ? Mixed(x, null, pass) : SideBySide.Each(x, pass, (part, one) => Mixed(part, null, one));

    public Tensor Joined(Tensor x, Tensor beside, Pass pass) => Mixed(x, beside, pass);

    Tensor Mixed(Tensor x, Tensor? beside, Pass pass)
    {
        using var scope = NewDisposeScope();
        var weights = mixings.Where(mixing => mixing.Serves(pass.Lane)).Select(mixing => mixing.Of(pass.Lane).In(x.dtype)).ToArray();
        return MixingFunction.Of(maps, x, weights, handover, beside).MoveToOuterDisposeScope();
    }
}
