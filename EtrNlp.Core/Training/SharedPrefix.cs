using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// The trunk's leading layers that are the same for every task, passed once for a batch. Each thread goes on from a
/// leaf of its own; the sum of the leaves' gradients is passed backward once.
/// </summary>
sealed class SharedPrefix : IDisposable
{
    readonly Network _network;
    readonly Tensor _features;
    readonly Tensor[] _leaves;

    /// <summary>Passes images [N, 3, H, W] through those layers; inside a dispose scope.</summary>
    public SharedPrefix(Network network, Tensor images, int threads)
    {
        (_network, _features) = (network, network.Prefix(images, training: true));
        var learns = _features.requires_grad;
        _leaves = [.. Enumerable.Range(0, threads).Select(_ => _features.detach().requires_grad_(learns))];
    }

    /// <summary>What a thread goes on from.</summary>
    public Tensor For(int thread) => _leaves[thread];

    /// <summary>After all tasks: passes the gradients that they left at the leaves backward.</summary>
    public void Backward()
    {
        if (_features.requires_grad)
        {
            using var scope = NewDisposeScope();
            _features.backward([_leaves.Select(leaf => leaf.grad!).Aggregate((sum, gradient) => sum.Plus_(gradient))]);
            _network.Tensors.Backward.EndPass();
        }
    }

    /// <summary>Frees the features and the leaves' gradients.</summary>
    public void Dispose()
    {
        Array.ForEach(_leaves, leaf => leaf.Dispose());
        _features.Dispose();
    }
}
