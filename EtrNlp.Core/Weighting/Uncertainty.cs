using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// exp(-s_t) L_t / 2 + s_t / 2 with a learned s_t for each task, the logarithm of its variance, which starts at 0
/// (Kendall et al. 2018, whose s is log sigma^2).
/// </summary>
public sealed record Uncertainty : ILossWeighting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "uncertainty",
            "each loss over a learned variance, plus its logarithm",
            "Kendall et al. 2018, Multi-Task Learning Using Uncertainty to Weigh Losses",
            [],
            _ => new Uncertainty()
        );

    /// <inheritdoc/>
    public ImmutableArray<ParameterPlan> Learned(IReadOnlyList<string> taskNames) =>
        [
            .. taskNames.Select(
                (name, task) =>
                    new ParameterPlan(
                        $"weighting.{name}.log_variance",
                        Owner.Of(task),
                        [1],
                        new Initialization.Constant(0)
                    )
            ),
        ];

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AtWork([.. Learned(taskNames).Select(plan => tensors[plan])]);

    sealed class AtWork(ImmutableArray<Tensor> logVariances) : ILossBalance
    {
        public Tensor Weighted(int task, Tensor loss)
        {
            var s = logVariances[task].squeeze(0);
            var weighted = loss.mul(s.neg().exp()).Plus(s).mul(Scalars.Of(0.5));
            return weighted.mul(KnownTasks.In(loss.detach())); // else s would fall where nothing is known
        }
    }
}
