using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Weighting;

/// <summary>Every task loss counts 1: the sum of the losses.</summary>
public sealed record Equal : ILossWeighting, ILossBalance
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new("equal", "every task loss counts 1", "common practice", [], _ => new Equal());

    /// <inheritdoc/>
    public bool WeightsChange => false;

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) => this;

    /// <inheritdoc/>
    public torch.Tensor Weighted(int task, torch.Tensor loss) => loss;
}
