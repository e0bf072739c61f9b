using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using TorchSharp;

namespace EtrNlp.Core.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015) with L2 weight decay added to the gradient; the paper's optimiser at 1e-4.
/// </summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root of the second.</param>
/// <param name="WeightDecay">Factor of a weight that is added to its gradient.</param>
/// <param name="Schedule">Factor on the learning rate by step.</param>
public sealed record Adam(
    double LearningRate,
    double Beta1,
    double Beta2,
    double Epsilon,
    double WeightDecay,
    ISchedule Schedule
) : IOptimizer
{
    static readonly Setting<double> LearningRateKey = new(
        "learning_rate",
        "step size before the schedule",
        Values.Number(0, 100),
        "1e-4"
    );
    static readonly Setting<(double First, double Second)> BetasKey = new(
        "betas",
        "decay of the first and second moment",
        Values
            .List(Values.Number(0, 0.9999999), min: 2)
            .Where(list => list.Length == 2, "two numbers below 1")
            .Select(list => (list[0], list[1])),
        "[0.9, 0.999]"
    );
    static readonly Setting<double> EpsilonKey = new(
        "epsilon",
        "added to the root of the second moment",
        Values.Number(0, 1),
        "1e-8"
    );
    static readonly Setting<double> WeightDecayKey = new(
        "weight_decay",
        "L2 penalty added to the gradient",
        Values.Number(0, 100),
        "0"
    );
    static readonly Setting<ISchedule> ScheduleKey = new(
        "schedule",
        "factor on the learning rate by step",
        Values.OneOf(KnownSchedules.All),
        "{kind: constant}"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IOptimizer> Entry { get; } =
        new(
            "adam",
            "adaptive moments",
            "Kingma and Ba 2015; paper Sec. 4.1",
            [LearningRateKey, BetasKey, EpsilonKey, WeightDecayKey, ScheduleKey],
            values => new Adam(
                values.Get(LearningRateKey),
                values.Get(BetasKey).First,
                values.Get(BetasKey).Second,
                values.Get(EpsilonKey),
                values.Get(WeightDecayKey),
                values.Get(ScheduleKey)
            )
        );

    /// <inheritdoc/>
    public IOptimizerState NewState(TensorStore tensors) =>
        new AdamState(this, tensors, byTensors: tensors.Device.type != DeviceType.CPU);
}
