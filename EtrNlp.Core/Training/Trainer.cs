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
    readonly Network _network;
    readonly bool _weightsChange;
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
        (_criterion, _network) = (new Criterion(tasks, _balance), network);
        _weightsChange = weighting is not ILossWeighting { WeightsChange: false };
        _update = (weighting, update) switch
        {
            (IGradientWeighting { Place: GradientPlace.Shared } shared, _) =>
                new CombinedUpdate(network, _criterion, optimizer, shared.Balance(names, network.Tensors), team),
            (IGradientWeighting other, _) =>
                new RepresentationUpdate(network, _criterion, optimizer, other, other.Balance(names, network.Tensors)),
            (_, UpdateStrategy.Synchronized) =>
                new SynchronizedUpdate(network, _criterion, optimizer, inactive, team),
            _ => new SteadyStateUpdate(network, _criterion, optimizer, inactive),
        };
    }

    /// <summary>
    /// Trains on a batch and returns what it found, to be disposed of. If it throws, some parameters may have moved.
    /// </summary>
    public StepOutcome Step(Batch batch, StepClock clock, double learningRateFactor, StepTimes? times = null)
    {
        times?.EndData();
        using var scope = NewDisposeScope();
        var outcome = new StepOutcome(NewNumbers(), _weightsChange ? NewNumbers() : null);
        _balance.Begin(clock);
        _update.Learn(batch, clock, outcome, learningRateFactor, times);
        using var noGrad = no_grad();
        _balance.End(clock, outcome.Losses, () => LossesNow(batch, times));
        outcome.Losses.DetachFromDisposeScope();
        outcome.Weights?.DetachFromDisposeScope();
        return outcome;
    }

    /// <summary>Frees what it has for other threads; neither network, optimizer nor team.</summary>
    public void Dispose() => _update.Dispose();

    Tensor NewNumbers() => empty(_criterion.Tasks, ScalarType.Float32, _network.Tensors.Device);

    Tensor LossesNow(Batch batch, StepTimes? times)
    {
        var losses = _criterion.Losses(_network, batch);
        times?.EndForward();
        return losses;
    }
}
