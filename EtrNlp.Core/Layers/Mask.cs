using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>Which channels of a layer each task keeps: saved masks [T, C], 1 for a kept channel and 0 else.</summary>
/// <param name="Values">The masks.</param>
/// <param name="Roaming">How they move between steps; null where they stay.</param>
public sealed record LayerMasks(BufferPlan Values, Roaming? Roaming = null)
{
    /// <summary>All that is saved.</summary>
    public IEnumerable<BufferPlan> Buffers => Roaming is null ? [Values] : [Values, Roaming.Tested];

    /// <summary>What changes them between steps.</summary>
    public IEnumerable<IChange> Changes => Roaming is null ? [] : [Roaming];
}

/// <summary>One task's row of masks, as far as the task reads the layer.</summary>
/// <param name="Masks">The masks of all tasks.</param>
/// <param name="Task">The row.</param>
/// <param name="Reads">The channels that the task reads; null is all of them.</param>
public sealed record MaskRow(LayerMasks Masks, int Task, ImmutableArray<int>? Reads = null)
{
    /// <summary>
    /// What gives the masks of the channels that are read, as they are then, for as long as <paramref name="tensors"/>
    /// lives.
    /// </summary>
    public Func<Tensor> In(TensorStore tensors)
    {
        var row = tensors.Own(tensors[Masks.Values].select(0, Task)); // a view, which follows moves
        return tensors.OwnIndex(Reads) is { } index ? () => row.index_select(0, index) : () => row;
    }
}

/// <summary>
/// Channels times the active task's masks, so that forward and backward pass of the others are 0 (Strezoski et al.
/// 2019). Channels beyond the masks, which are the task's own, stay as they are. It stands where no norm could take the
/// masks into its scale and shift.
/// </summary>
public sealed record MaskPlan(string Name, FeatureShape Input, ImmutableArray<MaskRow> Rows)
    : LayerPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers => Masks.SelectMany(masks => masks.Buffers);

    /// <inheritdoc/>
    public override IEnumerable<IChange> OwnChanges => Masks.SelectMany(masks => masks.Changes);

    IEnumerable<LayerMasks> Masks => Rows.Select(row => row.Masks).Distinct();

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Mask([.. Rows.Select(row => row.In(tensors))]);

    sealed class Mask(Func<Tensor>[] rows) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) => BatchedRoutes.Each(x, pass, OfOneRoute);

        Tensor OfOneRoute(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var mask = rows[pass.Route]();
            var whole = nn.functional.pad(mask, [0, x.shape[1] - mask.shape[0]], value: 1);
            return (x * whole.In(x.dtype).view(1, -1, 1, 1)).MoveToOuterDisposeScope();
        }
    }
}
