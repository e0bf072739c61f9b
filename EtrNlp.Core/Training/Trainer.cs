using System.Collections.Immutable;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Weighting;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>Trains a network on one batch at a time by an update strategy.</summary>
public sealed class Trainer : IDisposable
{
    readonly Criterion _criterion;
    readonly ILossBalance _balance;
    readonly Device _device;
    readonly IUpdate _update;

    /// <summary>A trainer of a network that it does not own.</summary>
    public Trainer(
        Network network,
        ImmutableArray<LearningTask> tasks,
        IOptimizerState optimizer,
        UpdateStrategy update,
        IWeighting weighting,
        InactiveGradients inactive,
        RouteThreads team
    )
    {
        string[] names = [.. tasks.Select(task => task.Name)];
        _balance = (weighting as ILossWeighting ?? new Equal()).Balance(names, network.Tensors);
        (_criterion, _device) = (new Criterion(tasks, _balance), network.Tensors.Device);
        _update = (weighting, update) switch
        {
            (IGradientWeighting { Place: GradientPlace.Shared } shared, _) =>
                new CombinedUpdate(network, _criterion, optimizer, shared.Balance(names, network.Tensors)),
            (IGradientWeighting other, _) =>
                new RepresentationUpdate(network, _criterion, optimizer, other, other.Balance(names, network.Tensors)),
            (_, UpdateStrategy.Synchronized) =>
                new SynchronizedUpdate(network, _criterion, optimizer, inactive, team),
            _ => new SteadyStateUpdate(network, _criterion, optimizer, inactive),
        };
    }

    /// <summary>
    /// Trains on a batch; returns the losses [T] of the tasks, before weighting, on the device and outside every
    /// dispose scope. If it throws, some parameters may have moved.
    /// </summary>
    public Tensor Step(Batch batch, StepClock clock, double learningRateFactor, StepTimes? times = null)
    {
        times?.EndData();
        using var scope = NewDisposeScope();
        var losses = empty(_criterion.Tasks, ScalarType.Float32, _device);
        _balance.Begin(clock);
        _update.Learn(batch, clock, losses, learningRateFactor, times);
        _balance.End(clock, losses);
        return losses.DetachFromDisposeScope();
    }

    /// <summary>Frees what it has for other threads; neither network, optimizer nor team.</summary>
    public void Dispose() => _update.Dispose();
}
