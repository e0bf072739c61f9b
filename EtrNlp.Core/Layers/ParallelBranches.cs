using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A shared layer and one layer per task on the same input; a route's output is what it reads of the shared one, then
/// its own.
/// </summary>
public sealed record ParallelBranchesPlan(
    string Name,
    FeatureShape Input,
    FeatureShape Output,
    LayerPlan? Shared,
    ImmutableArray<LayerPlan?> Own,
    ImmutableArray<ImmutableArray<int>?> Reads
) : LayerPlan(Name, Input, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Own.Prepend(Shared).OfType<LayerPlan>();

    /// <inheritdoc/>
    public override long Macs(int task) => (Shared?.Macs(task) ?? 0) + (Own[task]?.Macs(task) ?? 0);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new ParallelBranches(
            Shared?.Build(tensors),
            new ChannelReads(Reads, tensors),
            [.. Own.Select(own => own?.Build(tensors))]
        );

    sealed class ParallelBranches(ILayer? shared, ChannelReads reads, ILayer?[] own) : ILayer
    {
        // Where every route reads all of the shared layer, and all have a layer of their own or none has.
        readonly bool _alike = reads.AreWhole && own.Select(layer => layer is null).Distinct().Count() == 1;

        public Tensor Forward(Tensor x, Pass pass) => _alike ? Joined(x, pass) : BatchedRoutes.Each(x, pass, Joined);

        // A task's own layer knows nothing of the others: inside it there is one route.
        Tensor Own(Tensor x, Pass pass) => own[pass.Route]!.Forward(x, pass with { Route = 0 });

        Tensor Joined(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var mine = own[pass.Route] is null
                ? null
                : BatchedRoutes.Each(x, pass, Own);
            if (mine is null)
            {
                return reads.Of(shared!.Forward(x, pass), pass.Route).MoveToOuterDisposeScope();
            }

            if (shared is null || reads.Skips(pass.Route))
            {
                return mine.MoveToOuterDisposeScope();
            }

            return cat([reads.Of(shared.Forward(x, pass), pass.Route), mine], 1).MoveToOuterDisposeScope();
        }
    }
}
