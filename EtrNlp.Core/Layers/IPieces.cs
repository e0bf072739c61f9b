using TorchSharp;

namespace EtrNlp.Core.Layers;

/// <summary>A layer whose output comes in runs of channels that a neighbour can put beside its own in one copy.</summary>
public interface IPieces
{
    /// <summary>Tensors [N, C_i, H', W'] whose concatenation is the layer's output.</summary>
    torch.Tensor[] Pieces(torch.Tensor x, Pass pass);
}
