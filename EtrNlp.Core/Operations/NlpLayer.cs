using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Operations;

/// <summary>
/// The NLP module without concatenation and without shuffle: the mixing is a sum of matrix products over rows of pixels, one per
/// feature map that is really different. Exactly Algorithm 1's function, differently summed: identity, perturbation and pooling are
/// mixed straight from the input (see <see cref="FeatureMaps"/>), and a stride of 2 is taken before the mixing, with which it commutes.
/// </summary>
sealed class NlpLayer(FeatureMaps features, Mixing[] mixings) : ILayer, IPieces
{
    public Tensor Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var pieces = Pieces(x, pass);
        return (pieces.Length == 1 ? pieces[0].alias() : cat(pieces, 1)).MoveToOuterDisposeScope();
    }

    public Tensor[] Pieces(Tensor x, Pass pass)
    {
        var rows = features.Of(x); // each [N * H' * W', C]
        var images = x.shape[0];
        return [.. mixings.Where(mixing => mixing.Serves(pass.Lane)).SelectMany(mixing => mixing.Reads.Of(mixing.Mix(rows, images), pass.Lane))];
    }
}
