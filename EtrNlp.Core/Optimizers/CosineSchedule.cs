using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Optimizers;

/// <summary>
/// From 1 down to a floor along half a cosine, after an optional linear warm-up (Loshchilov and Hutter 2017).
/// </summary>
public sealed record CosineSchedule(double Floor, int WarmUp) : ISchedule
{
    static readonly Setting<double> FloorKey = new("floor", "factor at the end", Values.Number(0, 1), "0");
    static readonly Setting<int> WarmUpKey = new(
        "warm_up",
        "steps of linear increase at the start",
        Values.Integer(min: 0),
        "0"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<ISchedule> Entry { get; } =
        new(
            "cosine",
            "half a cosine from the full learning rate to a floor",
            "Loshchilov and Hutter 2017",
            [FloorKey, WarmUpKey],
            values => new CosineSchedule(values.Get(FloorKey), values.Get(WarmUpKey))
        );

    /// <inheritdoc/>
    public double Factor(Progress progress)
    {
        if (progress.Step < WarmUp)
        {
            return (progress.Step + 1.0) / (WarmUp + 1.0);
        }

        var done = (double)(progress.Step - WarmUp) / Math.Max(1, progress.TotalSteps - WarmUp);
        return Floor + ((1 - Floor) * (1 + Math.Cos(Math.PI * Math.Min(1, done))) / 2);
    }

    /// <inheritdoc/>
    public bool DependsOnEnd => true;
}
