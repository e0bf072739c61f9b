using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>A shared layer and one layer per task on the same input; a lane's output is what it reads of the shared one, then its own.</summary>
public sealed record BesidePlan(string Name, FeatureShape Input, FeatureShape Output, LayerPlan? Shared, ImmutableArray<LayerPlan?> Own,
    ImmutableArray<ImmutableArray<int>?> Reads)
    : LayerPlan(Name, Input, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Own.Prepend(Shared).OfType<LayerPlan>();

    /// <inheritdoc/>
    public override long Macs(int task) => (Shared?.Macs(task) ?? 0) + (Own[task]?.Macs(task) ?? 0);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Beside(Shared?.Build(tensors), new ChannelReads(Reads, tensors), [.. Own.Select(own => own?.Build(tensors))]);

    sealed class Beside(ILayer? shared, ChannelReads reads, ILayer?[] own) : ILayer
    {
        // Where every lane reads all of the shared layer, and all have a layer of their own or none has.
        readonly bool _alike = reads.AreWhole && own.Select(layer => layer is null).Distinct().Count() == 1;

        public Tensor Forward(Tensor x, Pass pass) => _alike ? Joined(x, pass) : SideBySide.Each(x, pass, Joined);

        Tensor Joined(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var mine = own[pass.Lane] is null ? null : SideBySide.Each(x, pass, (part, one) => own[one.Lane]!.Forward(part, one));
            if (mine is null)
            {
                return reads.Of(shared!.Forward(x, pass), pass.Lane).MoveToOuterDisposeScope();
            }

            if (shared is null || reads.Skips(pass.Lane))
            {
                return mine.MoveToOuterDisposeScope();
            }

            return cat([reads.Of(shared.Forward(x, pass), pass.Lane), mine], 1).MoveToOuterDisposeScope();
        }
    }
}
