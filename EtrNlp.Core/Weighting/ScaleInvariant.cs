using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Weighting;

/// <summary>The sum of the losses' logarithms: a task's gradient does not depend on the scale of its loss.</summary>
public sealed record ScaleInvariant : ILossWeighting, ILossBalance
{
    const double LeastLoss = 1e-20; // below it a logarithm is cut: a batch may know no label of a task

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "scale_invariant",
            "the logarithm of every task loss, whose gradient is the loss's over the loss",
            "Chennupati et al. 2019, MultiNet++: the logarithm of the geometric mean of the losses",
            [],
            _ => new ScaleInvariant()
        );

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) => this;

    /// <inheritdoc/>
    public torch.Tensor Weighted(int task, torch.Tensor loss) => loss.clamp_min(Scalars.Of(LeastLoss)).log();
}
