using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Optimizers;
using TorchSharp;

namespace EtrNlp.Tests.Runs;

/// <summary>A network with the optimiser's moments before the first step, and a checkpoint of it.</summary>
sealed class MadeCheckpoint : IDisposable
{
    public static readonly RunProgress Progress = new(3, 2, [0.1, 1.0 / 3], 1234, 2, 0.7, 1.5, 28, 1 << 30);

    readonly TinyExperiment _tiny = new();

    public MadeCheckpoint(string? set = null, int seed = 5)
    {
        var experiment = ExperimentFile.Load(_tiny.Rival, set is null ? [] : [set]).Experiment;
        Network = new Network(NetworkPlanner.Plan(experiment, experiment.Dataset.Size), seed, torch.CPU);
        Optimizer = experiment.Training.Optimizer.NewState(Network.Tensors);
    }

    public Network Network { get; }

    public IOptimizerState Optimizer { get; }

    public string Save()
    {
        var path = _tiny.Folder().LastCheckpoint;
        Checkpoint.Save(path, Network, Optimizer, Progress, "it", 5);
        return path;
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Network.Dispose();
        _tiny.Dispose();
    }
}
