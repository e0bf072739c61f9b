using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Operations;

/// <summary>An operation of fixed features and a learned mixing: several branches can mix the same features.</summary>
public interface IMixingOperation : IOperation
{
    /// <summary>
    /// The operation at a site, its features mixed by every branch that serves a route, side by side.
    /// </summary>
    /// <exception cref="InvalidSettingException">A branch cannot have that many channels.</exception>
    LayerPlan ReplaceMixed(ConvSite site, string name, ImmutableArray<MixingBranch> branches);
}

/// <summary>One branch of a mixing.</summary>
/// <param name="Name">Prefix of its parameters.</param>
/// <param name="Owner">Who trains it.</param>
/// <param name="Channels">Channels it makes.</param>
/// <param name="Reads">
/// For each route the channels it reads, null meaning all; null altogether if every route reads all.
/// </param>
/// <param name="Route">The one route it serves; null for all.</param>
/// <param name="IsDense">Whether it mixes all features in one group.</param>
public sealed record MixingBranch(
    string Name,
    Owner Owner,
    int Channels,
    ImmutableArray<ImmutableArray<int>?>? Reads = null,
    int? Route = null,
    bool IsDense = false
);
