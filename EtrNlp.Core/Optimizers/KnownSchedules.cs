using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Optimizers;

/// <summary>The schedules experiment files can name.</summary>
public static class KnownSchedules
{
    /// <summary>One line per schedule.</summary>
    public static Registry<ISchedule> All { get; } =
        new("schedule", ConstantSchedule.Entry, StepSchedule.Entry, CosineSchedule.Entry);
}
