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
    LaneTeam team) : IDisposable
{
    // One for each member of the team; the first is the network itself.
    readonly Network[] _networks = [network, .. Enumerable.Range(1, update == UpdateStrategy.SteadyState ? 0 : team.Size - 1).Select(_ => network.Replica())];

    // Where one pass finds the whole gradient of a parameter, it moves at once, and the gradient need not be held.
    readonly bool _movesAtOnce = optimizer.MovesWithinPasses && FindsWholeGradients(update, inactive, network.Plan.Lanes);

    /// <summary>The trainer an experiment describes.</summary>
    public static Trainer Of(Experiment experiment, Network network, IOptimizerState optimizer, LaneTeam team) => new(
        network, experiment.Tasks, optimizer, experiment.Update, experiment.Weighting.Weights(experiment.TaskNames), experiment.Training.InactiveGradients, team);

    /// <summary>Whether one backward pass finds all that moves a parameter in an update.</summary>
    public static bool FindsWholeGradients(UpdateStrategy update, InactiveGradients inactive, int lanes) =>
        inactive == InactiveGradients.Skip && (update == UpdateStrategy.SteadyState || lanes == 1);

    /// <summary>
    /// Trains on a batch; returns the losses [T] of the tasks, before weighting, on the device and outside every dispose scope. Where it throws,
    /// some parameters may have moved.
    /// </summary>
    public Tensor Step(Batch batch, double learningRateFactor, StepTimes? times = null)
    {
        times?.EndData();
        using var scope = NewDisposeScope();
        var losses = empty(tasks.Length, ScalarType.Float32, network.Tensors.Device);
        network.Tensors.Handover.Mover = _movesAtOnce ? (parameter, gradient) => optimizer.Move(parameter, gradient, learningRateFactor) : null;
        try
        {
            Learn(batch, losses, learningRateFactor, times);
        }
        finally
        {
            network.Tensors.Handover.Mover = null;
        }

        return losses.DetachFromDisposeScope();
    }

    void Learn(Batch batch, Tensor losses, double learningRateFactor, StepTimes? times)
    {
        if (update == UpdateStrategy.SteadyState)
        {
            for (var lane = 0; lane < network.Plan.Lanes; lane++)
            {
                ClearGradients();
                var pass = new Pass(lane, Training: true);
                Backward(network, batch, () => network.Forward(batch.Images, pass), losses, times);
                Update(learningRateFactor, times);
            }
        }
        else
        {
            ClearGradients();
            BackwardAllLanes(batch, losses, learningRateFactor, times);
            Update(learningRateFactor, times);
        }
    }

    // What all lanes have in common is passed once, forward and, with the sum of their gradients, backward; where it is little work, once more
    // forward in between, so that meanwhile only its result is held.
    void BackwardAllLanes(Batch batch, Tensor losses, double learningRateFactor, StepTimes? times)
    {
        var common = CommonOf(batch.Images);
        var shares = _networks.Select(_ => new CommonFeatures(network.CommonLearns ? common.detach().requires_grad_() : common)).ToArray();
        try
        {
            team.ForEach(training: true, (member, pass) =>
            {
                var laps = member == 0 ? times : null;
                var lanes = team.CarriesOneAfterTheOther ? pass with { Common = shares[member] } : pass;
                Backward(_networks[member], batch, () => _networks[member].FromCommon(shares[member].Features, lanes), losses, laps);
                UpdateTasks(pass, learningRateFactor);
                laps?.EndOptimizer();
            });
            GatherGradients(shares);
        }
        finally
        {
            Array.ForEach(shares, share => share.Dispose());
        }

        if (network.CommonLearns)
        {
            var learned = common.requires_grad ? common : network.Common(batch.Images, training: true, again: true);
            learned.backward([shares.Select(share => share.Features.grad!).Aggregate((sum, gradient) => sum.add_(gradient))]);
            network.Tensors.Handover.EndPass();
        }

        times?.EndBackward();
    }

    // What belongs to one task alone has its whole gradient after its own lane and steps at once, so that no more tasks' gradients are held
    // than there are lanes on the way.
    void UpdateTasks(Pass pass, double learningRateFactor)
    {
        foreach (var owner in Enumerable.Range(pass.Lane, pass.Lanes).SelectMany(network.Plan.TasksOf).Select(Owner.Of))
        {
            optimizer.Step(learningRateFactor, owner);
            network.Tensors.DropGradients(owner);
        }
    }

    void GatherGradients(CommonFeatures[] shares)
    {
        foreach (var (part, share) in _networks.Zip(shares))
        {
            share.Backward();
            part.Tensors.Handover.EndPass();
        }

        foreach (var replica in _networks.Skip(1))
        {
            network.Tensors.TakeGradients(replica.Tensors);
        }
    }

    Tensor CommonOf(Tensor images)
    {
        using var noGrad = network.CommonIsLittle ? no_grad() : null;
        return network.Common(images, training: true);
    }

    void Update(double learningRateFactor, StepTimes? times)
    {
        optimizer.Step(learningRateFactor);
        times?.EndOptimizer();
    }

    void Backward(Network part, Batch batch, Func<ImmutableArray<(int Task, Tensor Outputs)>> forward, Tensor losses, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        foreach (var (task, outputs) in forward())
        {
            var loss = tasks[task].Kind.Loss(outputs, batch.Targets[task]);
            losses[task].copy_(loss.detach());
            var weighted = weights[task] == 1 ? loss : loss * weights[task];
            sum = sum is null ? weighted : sum + weighted;
        }

        times?.EndForward();
        sum!.backward();
        part.Tensors.Handover.EndPass();
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

    /// <summary>Frees what it has for other threads; neither network, optimizer nor team.</summary>
    public void Dispose() => Array.ForEach(_networks[1..], replica => replica.Dispose());
}
