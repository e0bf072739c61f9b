using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using static TorchSharp.torch;

namespace EtrNlp.Core.Figures;

/// <summary>
/// Gradients of single examples' losses, of every task, with respect to what leaves each layer, summed over its pixels
/// (Figure 1b). Layers are the trunk's rectified ones: every ReLU and residual block. Norms are in evaluation mode.
/// </summary>
sealed class PooledGradients : IDisposable
{
    readonly Dictionary<string, Tensor> _probes = [];
    readonly List<string> _layers = []; // in the order in which they are passed
    readonly Dictionary<(string Layer, int Task), List<Tensor>> _rows = [];

    /// <summary>Layers in the order of the trunk.</summary>
    public IReadOnlyList<string> Layers => _layers;

    /// <summary>Examples so far.</summary>
    public int Examples { get; private set; }

    /// <summary>The network that is to be passed: the same, and the outputs of its layers have gradients.</summary>
    public NetworkPlan Watched(NetworkPlan plan) =>
        WatchedLayers.Of(plan, layer => layer is ReluPlan or ResidualPlan, Probe);

    /// <summary>Adds a batch, of which the first so many examples count.</summary>
    public void Add(Network network, IReadOnlyList<LearningTask> tasks, Batch batch, int count)
    {
        for (var task = 0; task < tasks.Count; task++)
        {
            using var scope = NewDisposeScope();
            var route = network.Plan.Routes == 1 ? 0 : task;
            var images = batch.Images.narrow(0, 0, count);
            var outputs = network.Forward(images, new Pass(route, Training: false)).Single(one => one.Task == task);
            var losses = Enumerable
                .Range(0, count)
                .Select(i =>
                    tasks[task].Kind.Loss(outputs.Outputs.narrow(0, i, 1), batch.Targets[task].narrow(0, i, 1))
                );
            losses.Aggregate((sum, loss) => sum.Plus(loss)).backward();
            network.Tensors.Backward.EndPass();
            network.Tensors.DropGradients();
            Keep(task);
        }

        Examples += count;
    }

    /// <summary>The gradients of a task at a layer, [examples, channels].</summary>
    public Tensor Of(string layer, int task) => cat([.. _rows[(layer, task)]], 0);

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        foreach (var tensor in _rows.Values.SelectMany(rows => rows))
        {
            tensor.Dispose();
        }
    }

    // A leaf of zeros that every pixel has in common: its gradient is the sum over pixels.
    Tensor Probe(LayerPlan layer, Tensor output, Pass pass)
    {
        var probe = zeros([output.shape[0], output.shape[1], 1, 1], output.dtype, output.device).requires_grad_();
        if (!_layers.Contains(layer.Name))
        {
            _layers.Add(layer.Name);
        }

        _probes[layer.Name] = probe.DetachFromDisposeScope();
        return output.Plus(probe);
    }

    void Keep(int task)
    {
        foreach (var (layer, probe) in _probes)
        {
            using (probe)
            {
                var rows = probe.grad!.flatten(1).to(ScalarType.Float32).cpu().DetachFromDisposeScope();
                (_rows.TryGetValue((layer, task), out var list) ? list : _rows[(layer, task)] = []).Add(rows);
            }
        }

        _probes.Clear();
    }
}
