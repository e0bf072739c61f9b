using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>Which channels a task keeps: a row of the saved masks [T, C], 1 for a kept channel and 0 else.</summary>
public sealed record MaskRow(BufferPlan Masks, int Row)
{
    /// <summary>The row [C] in the memory of the masks, for as long as <paramref name="tensors"/> lives.</summary>
    public Tensor In(TensorStore tensors) => tensors.Own(tensors[Masks].select(0, Row));
}

/// <summary>
/// Channels times the active task's row of masks, so that forward and backward pass of the others are 0 (Strezoski et
/// al. 2019). It stands where no norm could take the mask into its scale and shift.
/// </summary>
public sealed record MaskPlan(string Name, FeatureShape Input, BufferPlan Masks) : LayerPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers => [Masks];

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Mask([.. Enumerable.Range(0, (int)Masks.Shape[0]).Select(row => new MaskRow(Masks, row).In(tensors))]);

    sealed class Mask(Tensor[] rows) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) =>
            BatchedRoutes.Each(x, pass, (part, one) => part * rows[one.Route].In(part.dtype).view(1, -1, 1, 1));
    }
}
