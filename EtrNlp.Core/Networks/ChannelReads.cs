using System.Collections.Immutable;
using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>Which channels of a shared branch each lane reads: all, some, or none (the branch is then left out of the pass).</summary>
public sealed class ChannelReads
{
    readonly Tensor?[] _index;
    readonly bool[] _none;

    /// <summary>Null reads mean that every lane reads all channels; a null entry that its lane does.</summary>
    public ChannelReads(ImmutableArray<ImmutableArray<int>?>? reads, TensorStore tensors)
    {
        var lanes = reads ?? [];
        _none = [.. lanes.Select(channels => channels is { Length: 0 })];
        AreWhole = lanes.All(channels => channels is null);
        _index = [.. lanes.Select(channels => channels is { Length: > 0 } some ? tensors.Own(tensor(some.Select(c => (long)c).ToArray(), device: tensors.Device)) : null)];
    }

    /// <summary>True where every lane reads all channels.</summary>
    public bool AreWhole { get; }

    /// <summary>True where the lane reads nothing.</summary>
    public bool Skips(int lane) => lane < _none.Length && _none[lane];

    /// <summary>The positions of the channels that the lane reads, or null where it reads all.</summary>
    public Tensor? IndexOf(int lane) => lane < _index.Length ? _index[lane] : null;

    /// <summary>The channels the lane reads of a layer's output.</summary>
    public Tensor Of(Tensor x, int lane) => IndexOf(lane) is { } index ? x.index_select(1, index) : x;
}
