using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// Dynamic weight average: T softmax(r / temperature), r the ratio of a task's mean losses of the last two epochs, or 1
/// where one of them knew no label of it; all 1 in the first two epochs (Liu et al. 2019, Sec. 3.3).
/// </summary>
public sealed record Dwa(double Temperature) : ILossWeighting
{
    static readonly Setting<double> TemperatureKey = new(
        "temperature",
        "divides the ratios before the softmax; the larger, the more even the weights",
        Values.Number(1e-3, 1e6),
        "2"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "dwa",
            "more weight for tasks whose loss falls slowly from epoch to epoch",
            "Liu et al. 2019, End-to-End Multi-Task Learning with Attention, Sec. 3.3",
            [TemperatureKey],
            values => new Dwa(values.Get(TemperatureKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<BufferPlan> Kept(IReadOnlyList<string> taskNames) => [EpochLosses(taskNames.Count)];

    /// <inheritdoc/>
    public ILossBalance Balance(IReadOnlyList<string> taskNames, TensorStore tensors) =>
        new AtWork(tensors[EpochLosses(taskNames.Count)], Temperature);

    // Mean losses: of this epoch so far, of the last one, of the one before it.
    static BufferPlan EpochLosses(int tasks) =>
        new("weighting.epoch_losses", [3, tasks], new Initialization.Constant(0));

    sealed class AtWork(Tensor epochLosses, double temperature) : ILossBalance
    {
        Tensor? _weights;

        public void Begin(StepClock clock)
        {
            if (clock.BeginsEpoch)
            {
                epochLosses.copy_(cat([zeros_like(epochLosses[0]).unsqueeze(0), epochLosses.narrow(0, 0, 2)], 0));
            }

            var (last, before) = (epochLosses[1], epochLosses[2]);
            var known = KnownTasks.In(minimum(last, before)); // an epoch may know no label of a task
            var ratios = where(known, last / before, ones_like(last));
            var softmax = ratios.div(Scalars.Of(temperature)).softmax(0);
            _weights = clock.Epochs < 2 ? null : softmax.mul(Scalars.Of(ratios.shape[0]));
        }

        public Tensor Weighted(int task, Tensor loss) => _weights is null ? loss : loss * _weights[task];

        public void End(StepClock clock, Tensor losses, Func<Tensor> lossesNow) =>
            epochLosses[0].add_(losses, Scalars.Of(1.0 / clock.StepsPerEpoch));
    }
}
