using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Weighting;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// Finds every task's gradient of the shared parameters under the same weights, as rows [T, P]. Then it steps once
/// along the combination that a weighting makes of them. A task's own parameters move by its own loss.
/// </summary>
sealed class CombinedUpdate : IUpdate
{
    readonly Network[] _networks; // one for each thread of the team; the first is the network itself
    readonly ParameterStorage _shared;
    readonly Criterion _criterion;
    readonly IOptimizerState _optimizer;
    readonly IGradientBalance _balance;
    readonly RouteThreads _team;

    public CombinedUpdate(
        Network network,
        Criterion criterion,
        IOptimizerState optimizer,
        IGradientBalance balance,
        RouteThreads team
    )
    {
        (_criterion, _optimizer, _balance, _team) = (criterion, optimizer, balance, team);
        _networks = [network, .. Enumerable.Range(1, team.Size - 1).Select(_ => network.Replica())];
        _shared = network.Tensors.Storages[0];
    }

    /// <inheritdoc/>
    public void Learn(Batch batch, StepClock clock, StepOutcome outcome, double learningRateFactor, StepTimes? times)
    {
        _networks[0].Tensors.DropGradients();
        var rows = zeros([_criterion.Tasks, _shared.Flat.shape[0]], ScalarType.Float32, _shared.Flat.device);
        _team.ForEachRoute((thread, pass) =>
            PassBackward(_networks[thread], batch, pass, outcome.Losses, rows, thread == 0 ? times : null)
        );
        Combine(rows, outcome, clock);
        times?.EndBackward();
        _optimizer.Step(learningRateFactor);
        _balance.Stepped();
        times?.EndOptimizer();
    }

    /// <summary>Frees what other threads have.</summary>
    public void Dispose() => Array.ForEach(_networks[1..], replica => replica.Dispose());

    // One forward pass, and a backward pass for each task that it serves.
    void PassBackward(Network network, Batch batch, Pass pass, Tensor losses, Tensor rows, StepTimes? times)
    {
        using var scope = NewDisposeScope();
        var outputs = network.Forward(batch.Images, pass);
        var taskLosses = outputs
            .Select(one => (one.Task, Loss: _criterion.Loss(one.Task, one.Outputs, batch, losses)))
            .ToArray();
        times?.EndForward();
        foreach (var (position, (task, loss)) in taskLosses.Index())
        {
            var isLast = position == taskLosses.Length - 1;
            network.Tensors.Backward.KeepsSaved = !isLast;
            loss.backward(retain_graph: !isLast);
            network.Tensors.Backward.EndPass();
            TakeShared(network, rows[task]);
        }

        times?.EndBackward();
    }

    // The gradients of the shared parameters that a pass left, which start anew for the next task.
    void TakeShared(Network network, Tensor row)
    {
        using var noGrad = no_grad();
        foreach (var (part, plan) in Parts(row))
        {
            var parameter = network.Tensors[plan];
            if (parameter.grad is { } gradient)
            {
                part.copy_(gradient);
                parameter.grad = null;
            }
        }
    }

    void Combine(Tensor rows, StepOutcome outcome, StepClock clock)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        TaskGradients.Combine(_balance, rows, outcome, clock);
        foreach (var (part, plan) in Parts(outcome.Weights!.matmul(rows)))
        {
            _networks[0].Tensors[plan].grad = part.clone();
        }
    }

    // Views of a flat gradient in the parameters' shapes, each with its parameter.
    IEnumerable<(Tensor Part, ParameterPlan Plan)> Parts(Tensor flat)
    {
        var offset = 0L;
        foreach (var (plan, _) in _shared.Parameters)
        {
            yield return (ParameterStorage.Shaped(flat.narrow(0, offset, plan.Count), plan), plan);
            offset += plan.Count;
        }
    }
}
