using System.Collections.Immutable;
using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>
/// Which channels of a shared branch each route reads: all, some, or none (the branch is then left out of the pass).
/// </summary>
public sealed class ChannelReads
{
    readonly Tensor?[] _index;
    readonly bool[] _none;

    /// <summary>Null reads mean that every route reads all channels; a null entry that its route does.</summary>
    public ChannelReads(ImmutableArray<ImmutableArray<int>?>? reads, TensorStore tensors)
    {
        var routes = reads ?? [];
        _none = [.. routes.Select(channels => channels is { Length: 0 })];
        AreWhole = routes.All(channels => channels is null);
        _index = [.. routes.Select(channels => channels is { Length: 0 } ? null : tensors.OwnIndex(channels))];
    }

    /// <summary>True where every route reads all channels.</summary>
    public bool AreWhole { get; }

    /// <summary>True where the route reads nothing.</summary>
    public bool Skips(int route) => route < _none.Length && _none[route];

    /// <summary>The positions of the channels that the route reads, or null where it reads all.</summary>
    public Tensor? IndexOf(int route) => route < _index.Length ? _index[route] : null;

    /// <summary>The channels the route reads of a layer's output.</summary>
    public Tensor Of(Tensor x, int route) => IndexOf(route) is { } index ? x.index_select(1, index) : x;
}
