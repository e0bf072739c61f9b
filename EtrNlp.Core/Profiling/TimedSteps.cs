using System.Diagnostics;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Profiling;

/// <summary>Times the real training step on grey images, so that no data need be opened.</summary>
public static class TimedSteps
{
    const int WarmUp = 1;
    const int Steps = 3;

    /// <summary>Seconds of a step: the median of a few.</summary>
    public static double Measure(Experiment experiment, NetworkPlan plan, string device)
    {
        var where = Devices.Device.Find(device);
        ComputeSettings.Apply(experiment, where);
        using var scope = NewDisposeScope();
        using var session = new TrainingSession(experiment, plan, experiment.Seeds[0], where);
        var batch = Grey(experiment, where);
        var seconds = Enumerable
            .Range(0, WarmUp + Steps)
            .Select(step => Step(session, batch, new StepClock(experiment.Seeds[0], step, WarmUp + Steps), where))
            .Skip(WarmUp)
            .Order()
            .ToArray();
        return seconds[Steps / 2];
    }

    static Batch Grey(Experiment experiment, torch.Device where)
    {
        var (size, count) = (experiment.Dataset.Size, experiment.Training.BatchSize);
        // [N, 3, H, W], channels-last
        var images = full([count, size.Height, size.Width, 3], 0.5f, device: where).permute(0, 3, 1, 2);
        return new Batch(
            images,
            [
                .. experiment.Tasks.Select(task =>
                    zeros(
                        task.Kind.IsDense
                            ? [count, task.Kind.Maps.Sum(map => map.Channels), size.Height, size.Width]
                            : [count, task.Kind.Columns.Length],
                        device: where
                    )
                ),
            ]
        );
    }

    static double Step(TrainingSession session, Batch batch, StepClock clock, torch.Device where)
    {
        var start = Stopwatch.GetTimestamp();
        session.Step(batch, clock, 1).Dispose();
        if (where.type == DeviceType.CUDA)
        {
            cuda.synchronize();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
