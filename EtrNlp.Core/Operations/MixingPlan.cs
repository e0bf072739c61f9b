using System.Collections.Immutable;
using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Operations;

/// <summary>
/// The learned part of an NLP module: a grouped 1x1 convolution with bias over k primitives of C_in channels. Feature c
/// * k + p is primitive p of channel c, so a weight row of group j sees the features j * k * C_in / g onward (Algorithm
/// 1 after its shuffle).
/// </summary>
/// <param name="Name">Prefix of the parameters.</param>
/// <param name="Owner">Who trains it.</param>
/// <param name="InputChannels">C_in.</param>
/// <param name="Primitives">k.</param>
/// <param name="Channels">C_out.</param>
/// <param name="Groups">g, a divisor of k * C_in and of C_out.</param>
/// <param name="Reads">
/// For each route the output channels it reads, null meaning all; null altogether where every route reads all.
/// </param>
/// <param name="Route">
/// The one route it serves; null for all (a network of one task has a single route, whichever task it is).
/// </param>
public sealed record MixingPlan(
    string Name,
    Owner Owner,
    int InputChannels,
    int Primitives,
    int Channels,
    int Groups,
    ImmutableArray<ImmutableArray<int>?>? Reads,
    int? Route = null
)
{
    /// <summary>Whether a group's features come in whole channels, g dividing C_in.</summary>
    public bool GroupsHoldWholeChannels => InputChannels % Groups == 0;

    /// <summary>
    /// [C_out, C_in / g, k], row by row the features in their order; each primitive's columns lie together in memory.
    /// Where groups cut through channels, [C_out, k * C_in / g, 1]. Normal with variance 2 / C_out.
    /// </summary>
    public ParameterPlan Weight { get; } =
        new(
            $"{Name}.weight",
            Owner,
            InputChannels % Groups == 0
                ? [Channels, InputChannels / Groups, Primitives]
                : [Channels, Primitives * InputChannels / Groups, 1],
            new Initialization.Normal(Math.Sqrt(2.0 / Channels))
        )
        {
            MemoryOrder = [0, 2, 1],
        };

    /// <summary>[C_out], uniform in 1 / sqrt(fan in), the framework's default.</summary>
    public ParameterPlan Bias { get; } =
        new(
            $"{Name}.bias",
            Owner,
            [Channels],
            new Initialization.Uniform(1 / Math.Sqrt((double)Primitives * InputChannels / Groups))
        );
}
