using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Weighting;

/// <summary>Task losses weighted by the user.</summary>
public sealed record Fixed(PerTask<double> Factors) : ILossWeighting
{
    static readonly Setting<PerTask<double>> WeightsKey = new(
        "weights",
        "factor on each task's loss: a list in task order, or a mapping by name",
        Alternatives.PerTask(Values.Number(0, 1e6))
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "fixed",
            "task losses weighted by the user",
            "common practice",
            [WeightsKey],
            values => new Fixed(values.Get(WeightsKey))
        );

    /// <inheritdoc/>
    public void Check(IReadOnlyList<string> taskNames) => Weights(taskNames);

    /// <inheritdoc/>
    public bool WeightsChange => false;

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AtWork(Weights(taskNames));

    ImmutableArray<double> Weights(IReadOnlyList<string> taskNames) =>
        Factors.Resolve(taskNames, this, WeightsKey.Name);

    sealed class AtWork(ImmutableArray<double> weights) : ILossBalance
    {
        public torch.Tensor Weighted(int task, torch.Tensor loss) =>
            weights[task] == 1 ? loss : loss.mul(Scalars.Of(weights[task]));
    }
}
