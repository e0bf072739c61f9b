using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Runs;

/// <summary>Losses that are fetched some steps at a time, as from a GPU.</summary>
public sealed class EpochLossesTests
{
    [Test]
    public void The_last_step_of_an_epoch_brings_the_mean_over_all_its_images()
    {
        using var losses = OfEpoch(RunProgress.Start(2), images: 0);
        losses.Add(tensor([1f, 8f]), images: 4);
        losses.Add(tensor([2f, 4f]), images: 4);
        Assert.That(losses.Means, Is.Empty, "nothing is fetched yet, which is not a loss of 0");

        losses.Add(tensor([6f, 0f]), images: 2);

        // (4 * 1 + 4 * 2 + 2 * 6) / 10 and (4 * 8 + 4 * 4 + 2 * 0) / 10.
        Assert.That(losses.Means, Is.EqualTo(new[] { ("a", 2.4), ("b", 4.8) }));
    }

    [Test]
    public void What_a_checkpoint_brought_counts()
    {
        var progress = RunProgress.Start(2) with { Batch = 2, LossSums = [12, 48] };
        using var losses = OfEpoch(progress, images: 8);

        losses.Add(tensor([6f, 0f]), images: 2);

        Assert.That(losses.Means, Is.EqualTo(new[] { ("a", 2.4), ("b", 4.8) }));
    }

    // Three batches, fewer than are waited for.
    static EpochLosses OfEpoch(RunProgress progress, long images) =>
        new(["a", "b"], epoch: 1, progress, images, batches: 3, fetchEvery: 50);
}
