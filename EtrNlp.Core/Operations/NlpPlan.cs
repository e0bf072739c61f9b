using System.Collections.Immutable;

using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;

namespace EtrNlp.Core.Operations;

/// <summary>
/// An NLP module: fixed features of the input, mixed by one grouped 1x1 convolution, or by several on the same features
/// (the shared branch first, then the active task's), whose outputs stand side by side.
/// </summary>
public sealed record NlpPlan(
    string Name,
    FeatureShape Input,
    int Channels,
    int Stride,
    DownSampling DownSampling,
    ImmutableArray<IPrimitive> Primitives,
    ImmutableArray<MixingPlan> Mixings
) : LayerPlan(Name, Input, Input.Strided(Stride) with { Channels = Channels })
{
    // Features of large maps take the most memory, and have few channels to be mixed: they are computed again.
    const int ManyPixels = 64 * 64;

    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters =>
        Mixings.SelectMany(mixing => new[] { mixing.Weight, mixing.Bias });

    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers => Primitives.SelectMany((_, p) => BuffersOf(p));

    bool IsRecomputed => Input.Pixels >= ManyPixels;

    /// <inheritdoc/>
    public override long Features(int? task) =>
        base.Features(task) + (IsRecomputed ? 0 : Primitives.Length * Input.Channels * Output.Pixels);

    /// <inheritdoc/>
    public override long OwnMacs(int task)
    {
        var mixed = DownSampling == DownSampling.After ? Input.Pixels : Output.Pixels;
        return Primitives.Sum(primitive => primitive.Macs(Input))
            + Mixings.Where(mixing => mixing.Owner.Serves(task)).Sum(mixing => mixing.Weight.Count * mixed);
    }

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors)
    {
        var primitives = Primitives
            .Select((primitive, p) => primitive.Build([.. BuffersOf(p).Select(buffer => tensors[buffer])]))
            .ToArray();
        var mixings = Mixings.Select(mixing => new Mixing(mixing, FeatureGroups, tensors)).ToArray();
        var layer = new NlpLayer(primitives, Stride == 1 ? null : DownSampling, FeatureGroups, mixings);
        return IsRecomputed ? new Recomputed(layer, tensors.Backward) : layer;
    }

    // A group of the mixing reads whole channels; if the groups cut through channels, every channel is a group.
    int FeatureGroups
    {
        get
        {
            var groups = Mixings.Max(mixing => mixing.Groups);
            return Input.Channels % groups == 0 ? groups : Input.Channels;
        }
    }

    /// <summary>What a primitive draws, by its position.</summary>
    public ImmutableArray<BufferPlan> BuffersOf(int p) => Primitives[p].Buffers($"{Name}.primitives.{p}", Input);
}
