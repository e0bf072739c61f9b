using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Tasks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>The weighted sum of task losses.</summary>
sealed class Criterion(ImmutableArray<LearningTask> tasks, ImmutableArray<double> weights)
{
    /// <summary>The number of tasks T.</summary>
    public int Tasks => tasks.Length;

    /// <summary>
    /// Passes the weighted sum of some tasks' losses backward, and writes each loss to <paramref name="losses"/> [T].
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
            var loss = tasks[task].Kind.Loss(output, batch.Targets[task]);
            losses[task].copy_(loss.detach());
            var weighted = weights[task] == 1 ? loss : loss.mul(Scalars.Of(weights[task]));
            sum = sum is null ? weighted : sum.Plus(weighted);
        }

        times?.EndForward();
        sum!.backward();
        network.Tensors.Backward.EndPass();
        times?.EndBackward();
    }
}
