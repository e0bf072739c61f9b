using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Primitives;
using TorchSharp;

namespace EtrNlp.Core.Operations;

/// <summary>A primitive as a layer of its own: what an operation does without learned parameters.</summary>
public sealed record PrimitivePlan(string Name, FeatureShape Input, IPrimitive Primitive)
    : LayerPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override IEnumerable<BufferPlan> OwnBuffers => Drawn;

    /// <inheritdoc/>
    public override bool IgnoresRoute(bool training) => true;

    /// <inheritdoc/>
    public override long OwnMacs(int task) => Primitive.Macs(Input);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) =>
        new Layer(Primitive.Build([.. Drawn.Select(buffer => tensors[buffer])]));

    /// <summary>What the primitive draws.</summary>
    public ImmutableArray<BufferPlan> Drawn => Primitive.Buffers(Name, Input);

    sealed class Layer(IPrimitiveLayer primitive) : ILayer
    {
        public torch.Tensor Forward(torch.Tensor x, Pass pass) => primitive.Apply(x);
    }
}
