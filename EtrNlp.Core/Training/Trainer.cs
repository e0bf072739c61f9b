using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>One batch at a time: the three loops of the paper and its baselines (Sec. 3.3, Table 7).</summary>
public sealed class Trainer(
    Network network, ImmutableArray<LearningTask> tasks, IOptimizerState optimizer, UpdateStrategy update, ImmutableArray<double> weights, InactiveGradients inactive)
{
    /// <summary>Trains on a batch; returns the losses [T] of the tasks, before weighting, on the device and outside every dispose scope.</summary>
    public Tensor Step(Batch batch, double learningRateFactor, StepTimes? times = null)
    {
        times?.EndData();
        using var scope = NewDisposeScope();
        var losses = new Tensor[tasks.Length];
        for (var lane = 0; lane < network.Plan.Lanes; lane++)
        {
            if (lane == 0 || update == UpdateStrategy.SteadyState)
            {
                ClearGradients();
            }

            Backward(batch, lane, losses, times);
            if (lane == network.Plan.Lanes - 1 || update == UpdateStrategy.SteadyState)
            {
                optimizer.Step(learningRateFactor);
                times?.EndOptimizer();
            }
        }

        return stack(losses).DetachFromDisposeScope();
    }

    void Backward(Batch batch, int lane, Tensor[] losses, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        foreach (var (task, outputs) in network.Forward(batch.Images, new Pass(lane, Training: true)))
        {
            var loss = tasks[task].Kind.Loss(outputs, batch.Targets[task]);
            losses[task] = loss.detach().MoveToOuterDisposeScope();
            var weighted = weights[task] == 1 ? loss : loss * weights[task];
            sum = sum is null ? weighted : sum + weighted;
        }

        times?.EndForward();
        sum!.backward();
        times?.EndBackward();
    }

    void ClearGradients()
    {
        if (inactive == InactiveGradients.Zero)
        {
            network.Tensors.ZeroGradients();
        }
        else
        {
            network.Tensors.DropGradients();
        }
    }
}
