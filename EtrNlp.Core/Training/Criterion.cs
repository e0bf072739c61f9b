using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Weighting;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>The task losses, and their sum as a weighting balances it.</summary>
sealed class Criterion(ImmutableArray<LearningTask> tasks, ILossBalance balance)
{
    /// <summary>The number of tasks T.</summary>
    public int Tasks => tasks.Length;

    /// <summary>
    /// Passes the balanced sum of some tasks' losses backward, and writes each loss and weight to
    /// <paramref name="outcome"/>.
    /// </summary>
    public void Backward(
        Network network,
        ImmutableArray<(int Task, Tensor Outputs)> outputs,
        Batch batch,
        StepOutcome outcome,
        StepTimes? times
    )
    {
        var losses = outputs
            .Select(one => (one.Task, Loss: Loss(one.Task, one.Outputs, batch, outcome.Losses)))
            .ToArray();
        if (losses.Length == Tasks)
        {
            balance.See(outcome.Losses);
        }

        Tensor? sum = null;
        foreach (var (task, loss) in losses)
        {
            if (outcome.Weights is not null)
            {
                loss.retain_grad();
            }

            var weighted = balance.Weighted(task, loss);
            sum = sum is null ? weighted : sum.Plus(weighted);
        }

        times?.EndForward();
        sum!.backward();
        network.Tensors.Backward.EndPass();
        foreach (var (task, loss) in losses)
        {
            outcome.Weights?[task].copy_(loss.grad!);
        }

        times?.EndBackward();
    }

    /// <summary>
    /// The losses [T] of a batch under the parameters as they are. Norms take the batch's statistics, and running ones
    /// stay as they are.
    /// </summary>
    public Tensor Losses(Network network, Batch batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var losses = empty(Tasks, ScalarType.Float32, network.Tensors.Device);
        foreach (var (task, output) in network.Forward(batch.Images, new Pass(0, Training: true, Repeats: true)))
        {
            Loss(task, output, batch, losses);
        }

        return losses.MoveToOuterDisposeScope();
    }

    /// <summary>A task's loss [], which is also written to <paramref name="losses"/> [T].</summary>
    public Tensor Loss(int task, Tensor output, Batch batch, Tensor losses)
    {
        var loss = tasks[task].Kind.Loss(output, batch.Targets[task]);
        losses[task].copy_(loss.detach());
        return loss;
    }
}
