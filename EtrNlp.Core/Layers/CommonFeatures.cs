using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Features that all lanes of a step have in common, and what shared layers make of them: made once, it gathers the gradients that lanes
/// find, one lane after the other, and is passed backward once. For one thread.
/// </summary>
public sealed class CommonFeatures(Tensor features) : IDisposable
{
    readonly Dictionary<ILayer, (Tensor Made, Tensor Leaf)> _made = [];

    /// <summary>The features, a leaf that gathers its gradient where one is needed.</summary>
    public Tensor Features { get; } = features;

    /// <summary>What a layer makes of them, a leaf, neither to be changed nor disposed of; null where they are not what it is given.</summary>
    public Tensor? By(ILayer layer, Tensor x, Pass pass)
    {
        if (!ReferenceEquals(x, Features))
        {
            return null;
        }

        if (!_made.TryGetValue(layer, out var found))
        {
            var made = layer.Forward(x, pass).DetachFromDisposeScope();
            found = (made, made.detach().requires_grad_().DetachFromDisposeScope());
            _made.Add(layer, found);
        }

        return found.Leaf;
    }

    /// <summary>After the last lane: the gradients of those layers, and what they add to that of the features.</summary>
    public void Backward()
    {
        using var scope = NewDisposeScope();
        foreach (var (made, leaf) in _made.Values)
        {
            made.backward([leaf.grad!]);
        }
    }

    /// <summary>Frees what was made.</summary>
    public void Dispose()
    {
        foreach (var (made, leaf) in _made.Values)
        {
            made.Dispose();
            leaf.Dispose();
        }
    }
}
