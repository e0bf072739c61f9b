using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Optimizers;
using EtrNlp.Data.Datasets;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

public sealed class NotFiniteTests
{
    [Test]
    public void A_loss_that_is_not_a_number_names_task_and_step_and_leaves_the_last_checkpoint()
    {
        using var tiny = new TinyExperiment();
        var observer = new WatchingObserver();

        var failure = Assert.Throws<RunException>(() =>
            tiny.Train(
                options: tiny.Options(checkpointEvery: TimeSpan.Zero),
                observer: observer,
                change: experiment =>
                    experiment with
                    {
                        Dataset = new WatchedSource(experiment.Dataset, _ => { }, Broken: Split.Train),
                    }
            )
        );

        // The batch that holds the broken image fails, in the task of the last column; those before it were reported.
        Assert.That(
            failure.Message,
            Does.StartWith(
                $"the loss of task 'light' is NaN at epoch 1, batch {observer.Batches.Count + 1}; "
                    + "the last checkpoint is kept. "
            )
        );
        Assert.That(tiny.Folder().IsDone, Is.False);
        AssertFinite(tiny, batches: observer.Batches.Count);
    }

    [Test]
    public void An_absurd_learning_rate_stops_the_run_and_no_number_that_is_not_finite_is_saved()
    {
        using var tiny = new TinyExperiment();
        var observer = new WatchingObserver();

        var failure = Assert.Throws<RunException>(() =>
            tiny.Train(
                options: tiny.Options(checkpointEvery: TimeSpan.Zero),
                observer: observer,
                change: experiment =>
                    experiment with
                    {
                        Training = experiment.Training with
                        {
                            Optimizer = (Adam)experiment.Training.Optimizer with { LearningRate = 1e30 },
                        },
                    }
            )
        );

        Assert.That(
            failure.Message,
            Does.Contain("epoch 1, batch ")
                .And.Contain("the last checkpoint is kept. Lower training.optimizer.learning_rate")
        );
        AssertFinite(tiny, observer.Batches.Count);
    }

    [Test]
    public void A_validation_loss_that_is_not_a_number_stops_the_run_before_the_epoch_is_saved()
    {
        using var tiny = new TinyExperiment();

        var failure = Assert.Throws<RunException>(() =>
            tiny.Train(change: experiment =>
                experiment with
                {
                    Dataset = new WatchedSource(experiment.Dataset, _ => { }, Broken: Split.Val),
                }
            )
        );

        Assert.That(
            failure.Message,
            Does.StartWith("the validation loss of task 'light' is NaN after epoch 1; the last checkpoint is kept. ")
        );
        Assert.That(File.Exists(tiny.Folder().LastCheckpoint), Is.False);
    }

    static void AssertFinite(TinyExperiment tiny, int batches)
    {
        if (batches == 0)
        {
            Assert.That(File.Exists(tiny.Folder().LastCheckpoint), Is.False);
            return;
        }

        Assert.That(
            PlainCheckpoint
                .Read(tiny.Folder().LastCheckpoint)
                .Tensors.Values.SelectMany(tensor => tensor.Values)
                .All(float.IsFinite),
            Is.True
        );
    }
}
