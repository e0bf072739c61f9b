using System.Collections.Immutable;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>A shared layer and one layer per task on the same input; a lane's output is what it reads of the shared one, then its own.</summary>
public sealed record BesidePlan(string Name, FeatureShape Input, FeatureShape Output, LayerPlan? Shared, ImmutableArray<LayerPlan?> Own, BranchWidths Widths)
    : LayerPlan(Name, Input, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<LayerPlan> Children => Own.Prepend(Shared).OfType<LayerPlan>();

    /// <inheritdoc/>
    public override long Macs(int task) => (Shared?.Macs(task) ?? 0) + (Own[task]?.Macs(task) ?? 0);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Beside(Shared?.Build(tensors), new ChannelReads(Widths.Reads, tensors), [.. Own.Select(own => own?.Build(tensors))]);

    sealed class Beside(ILayer? shared, ChannelReads reads, ILayer?[] own) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var common = shared is null || reads.Skips(pass.Lane) ? null : reads.Of(shared.Forward(x, pass), pass.Lane);
            var mine = own[pass.Lane]?.Forward(x, pass);
            return (common is null || mine is null ? common ?? mine! : cat([common, mine], 1)).MoveToOuterDisposeScope();
        }
    }
}
