using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Training;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>A network in training: with its optimizer, its threads and its trainer.</summary>
sealed class TrainingSession : IDisposable
{
    readonly Experiment _experiment;
    readonly RouteThreads _team;
    readonly Trainer _trainer;

    /// <summary>Builds all of them; libtorch's number of threads must have been set.</summary>
    public TrainingSession(Experiment experiment, NetworkPlan plan, long seed, torch.Device device)
    {
        _experiment = experiment;
        var training = experiment.Training;
        Network = new Network(plan, seed, device);
        Optimizer = training.Optimizer.NewState(Network.Tensors);
        _team = training.Team(Network);
        _trainer = new Trainer(
            Network,
            experiment.Tasks,
            Optimizer,
            experiment.Update,
            experiment.Weighting,
            training.InactiveGradients,
            _team
        );
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The optimizer's moments and steps.</summary>
    public IOptimizerState Optimizer { get; }

    /// <summary>Changes what the network changes between steps, and trains on a batch.</summary>
    /// <inheritdoc cref="Trainer.Step"/>
    public StepOutcome Step(Batch batch, StepClock clock, double learningRateFactor, StepTimes? times = null)
    {
        Network.Change(clock);
        return _trainer.Step(batch, clock, learningRateFactor, times);
    }

    /// <summary>Every task's scores on a split.</summary>
    public Evaluation Evaluate(Split split, IEnumerable<Batch> batches) =>
        Evaluator.Evaluate(Network, _experiment.Tasks, split, batches, _team);

    /// <summary>Frees all of them.</summary>
    public void Dispose()
    {
        _trainer.Dispose();
        _team.Dispose();
        Optimizer.Dispose();
        Network.Dispose();
    }
}
