using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>A built NLP module: the fixed features of its input, mixed by what the pass's route mixes with.</summary>
sealed class NlpLayer(NlpKernel maps, Mixing[] mixings, CustomBackward backward) : ILayer
{
    readonly bool _common = Array.TrueForAll(mixings, mixing => mixing.IgnoresRoute);

    public Tensor Forward(Tensor x, Pass pass) => _common ? Mixed(x, pass) : BatchedRoutes.Each(x, pass, Mixed);

    Tensor Mixed(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var serving = mixings.Where(mixing => mixing.Serves(pass.Route));
        var weights = serving.Select(mixing => mixing.Of(pass.Route).In(x.dtype)).ToArray();
        return NlpFunction.Of(maps, x, weights, backward).MoveToOuterDisposeScope();
    }
}
