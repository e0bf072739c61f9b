using TorchSharp;

namespace EtrNlp.Core.Layers;

/// <summary>
/// One pass through the network: which lane (set of running statistics, task branch) it serves, whether the network learns from it,
/// and whether it stands for all lanes, through layers they have in common.
/// </summary>
public readonly record struct Pass(int Lane, bool Training, bool AllLanes = false);

/// <summary>A built layer: tensors in, tensors out, everything it owns held by the <see cref="TensorStore"/> it was built on.</summary>
public interface ILayer
{
    /// <summary>[N, C, H, W] to [N, C', H', W'], channels-last in memory.</summary>
    torch.Tensor Forward(torch.Tensor x, Pass pass);
}
