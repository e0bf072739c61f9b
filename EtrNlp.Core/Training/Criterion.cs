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
    /// Passes the balanced sum of some tasks' losses backward, and writes each loss to <paramref name="losses"/> [T].
    /// </summary>
    public void Backward(
        Network network,
        ImmutableArray<(int Task, Tensor Outputs)> outputs,
        Batch batch,
        Tensor losses,
        StepTimes? times
    )
    {
        Tensor? sum = null;
        foreach (var (task, output) in outputs)
        {
            var weighted = balance.Weighted(task, Loss(task, output, batch, losses));
            sum = sum is null ? weighted : sum.Plus(weighted);
        }

        times?.EndForward();
        sum!.backward();
        network.Tensors.Backward.EndPass();
        times?.EndBackward();
    }

    /// <summary>A task's loss [], which is also written to <paramref name="losses"/> [T].</summary>
    public Tensor Loss(int task, Tensor output, Batch batch, Tensor losses)
    {
        var loss = tasks[task].Kind.Loss(output, batch.Targets[task]);
        losses[task].copy_(loss.detach());
        return loss;
    }
}
