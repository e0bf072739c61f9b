using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>What a GPU computes, compared with the CPU; skipped where this build sees no GPU.</summary>
public sealed class GpuTests
{
    const int Steps = 3;

    static IEnumerable<TestCaseData> Networks => Combinations.All.Where(one => (string)one.Arguments[0]! == "resnet18");

    [OneTimeSetUp]
    public void Skip_where_there_is_no_GPU()
    {
        if (TorchDevices.CountGpus() == 0)
        {
            Assert.Ignore("This build sees no GPU.");
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void The_first_steps_have_the_losses_of_the_CPU(
        string backbone,
        string operation,
        string routing,
        UpdateStrategy update
    )
    {
        var experiment = Combinations.Experiment(backbone, operation, routing, update);

        var found = Losses(experiment, new torch.Device(DeviceType.CUDA, 0));

        Assert.That(found, Is.EqualTo(Losses(experiment, CPU)).Within(0.1).Percent);
    }

    // Of every step and task, in the precision of an experiment.
    static float[] Losses(Experiment experiment, torch.Device device)
    {
        using var scope = NewDisposeScope();
        ComputeSettings.Apply(experiment, device, threads: 1);
        var size = new ImageSize(32, 32);
        using var session = new TrainingSession(experiment, NetworkPlanner.Plan(experiment, size), seed: 1, device);
        var images = Draw.Images("x", 8, new FeatureShape(3, size.Height, size.Width)).detach().to(device);
        var batch = new Batch(images, [.. Some.Tasks.Select(task => Targets(task.Name, task.Kind.Columns.Length))]);
        return
        [
            .. Enumerable
                .Range(0, Steps)
                .SelectMany(_ => session.Step(batch, Some.Clock, learningRateFactor: 1).Losses.cpu().Floats()),
        ];

        Tensor Targets(string name, int columns) => Draw.Gaussian(name, 8, columns).gt(0).to(float32).to(device);
    }
}
