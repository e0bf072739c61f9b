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

/// <summary>One task's row of masks.</summary>
public sealed record MaskRow(LayerMasks Masks, int Task)
{
    /// <summary>The row [C] in the memory of the masks, for as long as <paramref name="tensors"/> lives.</summary>
    public Tensor In(TensorStore tensors) => tensors.Own(tensors[Masks.Values].select(0, Task));
}

/// <summary>
/// Channels times the active task's row of masks, so that forward and backward pass of the others are 0 (Strezoski et
/// al. 2019). It stands where no norm could take the mask into its scale and shift.
/// </summary>
public sealed record MaskPlan(string Name, FeatureShape Input, LayerMasks Masks) : LayerPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers => Masks.Buffers;

    /// <inheritdoc/>
    public override IEnumerable<IChange> OwnChanges => Masks.Changes;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Mask([.. Enumerable.Range(0, (int)Masks.Values.Shape[0]).Select(t => new MaskRow(Masks, t).In(tensors))]);

    sealed class Mask(Tensor[] rows) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) =>
            BatchedRoutes.Each(x, pass, (part, one) => part * rows[one.Route].In(part.dtype).view(1, -1, 1, 1));
    }
}
