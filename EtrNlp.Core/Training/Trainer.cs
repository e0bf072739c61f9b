using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Tasks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>Trains a network on one batch at a time by an update strategy.</summary>
public sealed class Trainer : IDisposable
{
    readonly Criterion _criterion;
    readonly Device _device;
    readonly IUpdate _update;

    /// <summary>A trainer of a network that it does not own.</summary>
    public Trainer(
        Network network,
        ImmutableArray<LearningTask> tasks,
        IOptimizerState optimizer,
        UpdateStrategy update,
        ImmutableArray<double> weights,
        InactiveGradients inactive,
        RouteThreads team
    )
    {
        (_criterion, _device) = (new Criterion(tasks, weights), network.Tensors.Device);
        _update =
            update == UpdateStrategy.Synchronized
                ? new SynchronizedUpdate(network, _criterion, optimizer, inactive, team)
                : new SteadyStateUpdate(network, _criterion, optimizer, inactive);
    }

    /// <summary>
    /// Trains on a batch; returns the losses [T] of the tasks, before weighting, on the device and outside every
    /// dispose scope. If it throws, some parameters may have moved.
    /// </summary>
    public Tensor Step(Batch batch, double learningRateFactor, StepTimes? times = null)
    {
        times?.EndData();
        using var scope = NewDisposeScope();
        var losses = empty(_criterion.Tasks, ScalarType.Float32, _device);
        _update.Learn(batch, losses, learningRateFactor, times);
        return losses.DetachFromDisposeScope();
    }

    /// <summary>Frees what it has for other threads; neither network, optimizer nor team.</summary>
    public void Dispose() => _update.Dispose();
}
