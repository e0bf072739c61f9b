using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>One batch at a time: the three loops of the paper and its baselines (Sec. 3.3, Table 7).</summary>
public sealed class Trainer(
    Network network, ImmutableArray<LearningTask> tasks, IOptimizerState optimizer, UpdateStrategy update, ImmutableArray<double> weights, InactiveGradients inactive,
    int lanesAtOnce = 1)
{
    /// <summary>The trainer an experiment describes.</summary>
    public static Trainer Of(Experiment experiment, Network network, IOptimizerState optimizer) => new(
        network, experiment.Tasks, optimizer, experiment.Update, experiment.Weighting.Weights(experiment.TaskNames), experiment.Training.InactiveGradients,
        experiment.Training.LanesAtOnce(network.Plan));

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
                var pass = new Pass(lane, Training: true);
                Backward(batch, () => network.Forward(batch.Images, pass), losses, times);
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
        foreach (var pass in Pass.Over(network.Plan.Lanes, lanesAtOnce, training: true))
        {
            Backward(batch, () => network.FromCommon(leaf, pass), losses, times);
            foreach (var owner in Enumerable.Range(pass.Lane, pass.Lanes).SelectMany(network.Plan.TasksOf).Select(Owner.Of))
            {
                optimizer.Step(learningRateFactor, owner);
                network.Tensors.DropGradients(owner);
            }

            times?.EndOptimizer();
        }

        if (common.requires_grad)
        {
            common.backward([leaf.grad!]);
            network.Tensors.Handover.ThrowIfFailed();
            times?.EndBackward();
        }
    }

    void Update(double learningRateFactor, StepTimes? times)
    {
        optimizer.Step(learningRateFactor);
        times?.EndOptimizer();
    }

    void Backward(Batch batch, Func<ImmutableArray<(int Task, Tensor Outputs)>> forward, Tensor[] losses, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        foreach (var (task, outputs) in forward())
        {
            var loss = tasks[task].Kind.Loss(outputs, batch.Targets[task]);
            losses[task] = loss.detach().MoveToOuterDisposeScope();
            var weighted = weights[task] == 1 ? loss : loss * weights[task];
            sum = sum is null ? weighted : sum + weighted;
        }

        times?.EndForward();
        sum!.backward();
        network.Tensors.Handover.ThrowIfFailed();
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
