using EtrNlp.Cli.Processes;
using EtrNlp.Core.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>Which device each of several runs at a time computes on; no device is touched.</summary>
public sealed class DeviceSlotsTests
{
    [TestCase("cuda", 4, 2, "cuda:0 cuda:1")]
    [TestCase("auto", 2, 3, "cuda:0 cuda:1 cuda:2")]
    [TestCase("auto", 2, 0, "auto")]
    [TestCase("cuda", 2, 0, "cuda")]
    [TestCase("cuda:1,cuda:3", 4, 8, "cuda:1 cuda:3")]
    [TestCase("cuda:1, cpu", 4, 0, "cuda:1 cpu")]
    [TestCase("cpu", 4, 2, "cpu")]
    public void Several_runs_at_a_time_have_every_gpu_unless_some_are_named(
        string asked,
        int jobs,
        int gpus,
        string expected
    ) => Assert.That(string.Join(' ', DeviceSlots.Devices(asked, jobs, () => gpus)), Is.EqualTo(expected));

    [TestCase("auto", 1)]
    [TestCase("cuda", 1)]
    [TestCase("cuda:2", 8)]
    [TestCase("cpu", 8)]
    public void Where_their_number_does_not_matter_gpus_are_not_counted(string asked, int jobs) =>
        Assert.That(
            DeviceSlots.Devices(asked, jobs, () => throw new InvalidOperationException("counted")),
            Is.EqualTo(new[] { asked })
        );

    // Five places: 0, 1, 2, 0, 1.
    [Test]
    public async Task Runs_at_the_same_time_are_dealt_out_in_turn_and_a_free_place_is_taken_again()
    {
        var slots = new DeviceSlots(["cuda:0", "cuda:1", "cuda:2"], jobs: 5);
        var dealt = new List<string>();
        var ends = Enumerable.Range(0, 5).Select(_ => new TaskCompletionSource<int>()).ToArray();
        var running = ends.Select(end =>
                slots.On(device =>
                {
                    dealt.Add(device);
                    return end.Task;
                })
            )
            .ToArray();
        Assert.That(() => slots.On(_ => Task.FromResult(0)), Throws.InvalidOperationException);

        ends[2].SetException(new IOException());
        Assert.That(() => running[2], Throws.InstanceOf<IOException>());
        var next = await slots.On(Task.FromResult);

        Assert.That(dealt, Is.EqualTo(new[] { "cuda:0", "cuda:1", "cuda:2", "cuda:0", "cuda:1" }));
        Assert.That(next, Is.EqualTo("cuda:2"), "the place of a run that failed is free");
    }

    [Test]
    public void A_run_is_started_on_its_device()
    {
        using var folder = new SweepFolder("seeds: [4]\n");
        var run = folder.Plan().Runs[^1];

        Assert.That(
            TrainingProcess.Arguments(run, "cuda:1", ["--cache", "c"]),
            Is.EqualTo(
                new[]
                {
                    "train",
                    folder.In("runs", "tiny", "mine", "experiment.yaml"),
                    "--set",
                    "seeds=[4]",
                    "--runs",
                    folder.In("runs", "tiny"),
                    "--device",
                    "cuda:1",
                    "--cache",
                    "c",
                }
            )
        );
    }
}
