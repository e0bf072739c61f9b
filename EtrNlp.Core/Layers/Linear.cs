using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>
/// A learned linear map of the features' mean over pixels, [N, C, H, W] to [N, outputs, 1, 1] flattened to [N,
/// outputs]; the framework's default start.
/// </summary>
public sealed record LinearPlan(string Name, FeatureShape Input, int Outputs, Owner Owner)
    : LayerPlan(Name, Input, new FeatureShape(Outputs, 1, 1))
{
    /// <summary>[outputs, C].</summary>
    public ParameterPlan Weight { get; } =
        new(
            $"{Name}.weight",
            Owner,
            [Outputs, Input.Channels],
            new Initialization.Uniform(1 / Math.Sqrt(Input.Channels))
        );

    /// <summary>[outputs].</summary>
    public ParameterPlan Bias { get; } =
        new($"{Name}.bias", Owner, [Outputs], new Initialization.Uniform(1 / Math.Sqrt(Input.Channels)));

    /// <inheritdoc/>
    public override IEnumerable<ParameterPlan> OwnParameters => [Weight, Bias];

    /// <inheritdoc/>
    public override long OwnMacs(int task) => Weight.Count;

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => new Linear(tensors[Weight], tensors[Bias], Input.Pixels > 1);

    sealed class Linear(Tensor weight, Tensor bias, bool pools) : ILayer
    {
        public Tensor Forward(Tensor x, Pass pass) =>
            nn.functional.linear(pools ? x.mean([2, 3]) : x.flatten(1), weight, bias);
    }
}
