using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// The attention of one task on C channels: scales sigmoid(W2 relu(W1 m + b1) + b2), where m is the channels' mean over
/// pixels (squeeze and excitation, Hu et al. 2018).
/// </summary>
/// <param name="Squeeze">W1, [R, C].</param>
/// <param name="Excite">W2, [C, R].</param>
/// <param name="SqueezeBias">b1, [R], or null.</param>
/// <param name="ExciteBias">b2, [C], or null.</param>
public sealed record AttentionUnit(
    ParameterPlan Squeeze,
    ParameterPlan Excite,
    ParameterPlan? SqueezeBias,
    ParameterPlan? ExciteBias
)
{
    /// <summary>All that it learns.</summary>
    public IEnumerable<ParameterPlan> Parameters =>
        new[] { Squeeze, SqueezeBias, Excite, ExciteBias }.OfType<ParameterPlan>();
}

/// <summary>Every channel times the scale that the active task's attention gives it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Input">Features that enter and leave.</param>
/// <param name="Units">The attention of every task.</param>
public sealed record AttentionPlan(string Name, FeatureShape Input, ImmutableArray<AttentionUnit> Units)
    : LayerPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters => Units.SelectMany(unit => unit.Parameters);

    /// <inheritdoc/>
    public override long OwnMacs(int task) => Units[task].Squeeze.Count + Units[task].Excite.Count;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Attention(Units, tensors);

    sealed class Attention(ImmutableArray<AttentionUnit> units, TensorStore tensors) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) => BatchedRoutes.Each(x, pass, OfOneRoute);

        // The scales are few numbers, and are found in float32 as norms' statistics are.
        Tensor OfOneRoute(Tensor x, Pass pass)
        {
            using var scope = NewDisposeScope();
            var (unit, means) = (units[pass.Route], x.mean([2, 3]).In(ScalarType.Float32));
            var squeezed = nn.functional.relu(Map(means, unit.Squeeze, unit.SqueezeBias));
            var scales = nn.functional.sigmoid(Map(squeezed, unit.Excite, unit.ExciteBias)).In(x.dtype);
            return (x * scales.unsqueeze(2).unsqueeze(3)).MoveToOuterDisposeScope();
        }

        Tensor Map(Tensor x, ParameterPlan weight, ParameterPlan? bias) =>
            nn.functional.linear(x, tensors[weight], bias is null ? null : tensors[bias]);
    }
}
