using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Runs;

/// <summary>Losses and weights that are fetched some steps at a time, as from a GPU.</summary>
public sealed class EpochMeansTests
{
    [Test]
    public void The_last_step_of_an_epoch_brings_the_mean_over_all_its_images()
    {
        using var means = OfEpoch(RunProgress.Start(2), images: 0);
        means.Add(Found([1, 8]), images: 4);
        means.Add(Found([2, 4]), images: 4);
        Assert.That(means.Losses, Is.Empty, "nothing is fetched yet, which is not a loss of 0");

        means.Add(Found([6, 0]), images: 2);

        // (4 * 1 + 4 * 2 + 2 * 6) / 10 and (4 * 8 + 4 * 4 + 2 * 0) / 10.
        Assert.That(means.Losses, Is.EqualTo(new[] { ("a", 2.4), ("b", 4.8) }));
    }

    [Test]
    public void What_a_checkpoint_brought_counts()
    {
        var progress = RunProgress.Start(2) with { Batch = 2, LossSums = [12, 48] };
        using var means = OfEpoch(progress, images: 8);

        means.Add(Found([6, 0]), images: 2);

        Assert.That(means.Losses, Is.EqualTo(new[] { ("a", 2.4), ("b", 4.8) }));
    }

    [Test]
    public void Weights_are_means_over_steps_and_go_on_from_a_checkpoint()
    {
        var progress = RunProgress.Start(2) with { Batch = 2, WeightSums = [3, 5] };
        using var means = OfEpoch(progress, images: 8);

        means.Add(Found([6, 0], weights: [0, 4]), images: 2);

        Assert.That(means.Weights, Is.EqualTo(new[] { ("a", 1.0), ("b", 3.0) }));
        Assert.That(means.AddedTo(progress).WeightSums, Is.EqualTo(new[] { 3.0, 9 }));
    }

    [Test]
    public void Weights_that_do_not_change_are_not_recorded()
    {
        using var means = OfEpoch(RunProgress.Start(2), images: 0);

        Array.ForEach([1, 2, 3], _ => means.Add(Found([1, 1]), images: 4));

        Assert.That(means.Weights, Is.Empty);
    }

    // Its sums of the epoch's first steps are missing, and a mean over the others would be of something else.
    [Test]
    public void An_epoch_begun_by_a_version_without_weights_has_none()
    {
        using var means = OfEpoch(RunProgress.Start(2) with { Batch = 2 }, images: 8);

        means.Add(Found([1, 1], weights: [1, 1]), images: 2);

        Assert.That(means.Weights, Is.Empty);
    }

    [Test]
    public void A_weight_that_is_no_number_stops_the_run()
    {
        using var means = OfEpoch(RunProgress.Start(2) with { Batch = 2, WeightSums = [1, 1] }, images: 8);

        Assert.That(
            () => means.Add(Found([1, 1], weights: [1, float.NaN]), images: 2),
            Throws
                .InstanceOf<RunException>()
                .With.Message.StartsWith("the weight of task 'b' is NaN at epoch 1, batch 3")
        );
    }

    static StepOutcome Found(float[] losses, float[]? weights = null) =>
        new(tensor(losses), weights is null ? null : tensor(weights));

    // Three batches, fewer than are waited for.
    static EpochMeans OfEpoch(RunProgress progress, long images) =>
        new(["a", "b"], epoch: 1, progress, images, batches: 3, fetchEvery: 50);
}
