using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
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
        if (update == UpdateStrategy.SteadyState)
        {
            for (var lane = 0; lane < network.Plan.Lanes; lane++)
            {
                ClearGradients();
                Backward(batch, pass => network.Forward(batch.Images, pass), lane, losses, times);
                Update(learningRateFactor, times);
            }
        }
        else
        {
            ClearGradients();
            BackwardAllLanes(batch, losses, learningRateFactor, times);
            Update(learningRateFactor, times);
        }

        return stack(losses).DetachFromDisposeScope();
    }

    // What all lanes have in common is passed once, forward and, with the sum of their gradients, backward. What belongs to one task
    // alone has its whole gradient after its own lane and steps at once, so that never more than one task's gradients are held.
    void BackwardAllLanes(Batch batch, Tensor[] losses, double learningRateFactor, StepTimes? times)
    {
        var common = network.Common(batch.Images, training: true);
        var leaf = common.requires_grad ? common.detach().requires_grad_() : common;
        for (var lane = 0; lane < network.Plan.Lanes; lane++)
        {
            Backward(batch, pass => network.FromCommon(leaf, pass), lane, losses, times);
            foreach (var owner in network.Plan.TasksOf(lane).Select(Owner.Of))
            {
                optimizer.Step(learningRateFactor, owner);
                network.Tensors.DropGradients(owner);
            }

            times?.EndOptimizer();
        }

        if (common.requires_grad)
        {
            common.backward([leaf.grad!]);
            times?.EndBackward();
        }
    }

    void Update(double learningRateFactor, StepTimes? times)
    {
        optimizer.Step(learningRateFactor);
        times?.EndOptimizer();
    }

    void Backward(Batch batch, Func<Pass, ImmutableArray<(int Task, Tensor Outputs)>> forward, int lane, Tensor[] losses, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        foreach (var (task, outputs) in forward(new Pass(lane, Training: true)))
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
