using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// Every task passes forward and backward under the same shared parameters, which then step once on the sum of the
/// tasks' gradients (Sec. 3.3, Table 7). A task's own parameters step after its own pass.
/// </summary>
sealed class SynchronizedUpdate : IUpdate
{
    readonly Network[] _networks; // one for each thread of the team; the first is the network itself
    readonly Criterion _criterion;
    readonly IOptimizerState _optimizer;
    readonly InactiveGradients _inactive;
    readonly RouteThreads _team;

    public SynchronizedUpdate(
        Network network,
        Criterion criterion,
        IOptimizerState optimizer,
        InactiveGradients inactive,
        RouteThreads team
    )
    {
        (_criterion, _optimizer, _inactive, _team) = (criterion, optimizer, inactive, team);
        _networks = [network, .. Enumerable.Range(1, team.Size - 1).Select(_ => network.Replica())];
    }

    Network Whole => _networks[0];

    /// <inheritdoc/>
    public void Learn(Batch batch, StepClock clock, StepOutcome outcome, double learningRateFactor, StepTimes? times)
    {
        Whole.Tensors.ClearGradients(_inactive);
        using var prefix = new SharedPrefix(Whole, batch.Images, _networks.Length);
        _team.ForEach(
            training: true,
            (thread, pass) =>
            {
                var laps = thread == 0 ? times : null;
                PassBackward(_networks[thread], prefix.For(thread), pass, batch, outcome, laps);
                StepOwn(pass, learningRateFactor);
                laps?.EndOptimizer();
            }
        );
        Array.ForEach(_networks[1..], replica => Whole.Tensors.TakeGradients(replica.Tensors));
        prefix.Backward();
        times?.EndBackward();
        _optimizer.Step(learningRateFactor);
        times?.EndOptimizer();
    }

    /// <summary>Frees what other threads have.</summary>
    public void Dispose() => Array.ForEach(_networks[1..], replica => replica.Dispose());

    void PassBackward(
        Network network,
        Tensor prefix,
        Pass pass,
        Batch batch,
        StepOutcome outcome,
        StepTimes? times
    )
    {
        using var scope = NewDisposeScope();
        _criterion.Backward(network, network.FromPrefix(prefix, pass), batch, outcome, times);
    }

    // Their gradients are whole, and need not be held while other tasks pass.
    void StepOwn(Pass pass, double learningRateFactor)
    {
        var tasks = Enumerable.Range(pass.Route, pass.Routes).SelectMany(Whole.Plan.TasksOf);
        foreach (var owner in tasks.Select(Owner.Of))
        {
            _optimizer.Step(learningRateFactor, owner);
            Whole.Tensors.DropGradients(owner);
        }
    }
}
