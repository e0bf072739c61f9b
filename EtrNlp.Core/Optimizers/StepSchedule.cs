using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Optimizers;

/// <summary>The learning rate times a factor after every so many epochs.</summary>
public sealed record StepSchedule(int Every, double Gamma) : ISchedule
{
    static readonly Setting<int> EveryKey = new("every", "epochs between two drops", Values.Integer(min: 1));
    static readonly Setting<double> GammaKey = new(
        "factor",
        "what the learning rate is multiplied by",
        Values.Number(0, 1),
        "0.1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<ISchedule> Entry { get; } =
        new(
            "step",
            "a drop after every so many epochs",
            "common practice",
            [EveryKey, GammaKey],
            values => new StepSchedule(values.Get(EveryKey), values.Get(GammaKey))
        );

    /// <inheritdoc/>
    public double Factor(Progress progress) => Math.Pow(Gamma, progress.Step / progress.StepsPerEpoch / Every);

    /// <inheritdoc/>
    public bool DependsOnEnd => false;
}
