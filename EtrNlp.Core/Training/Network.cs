using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>A plan built on tensors: one trunk, one head per task.</summary>
public sealed class Network : IDisposable
{
    readonly ILayer _trunk;
    readonly ImmutableArray<ILayer> _heads;

    /// <summary>Builds the network with the start its seed gives it.</summary>
    public Network(NetworkPlan plan, long seed, Device device)
    {
        Plan = plan;
        Tensors = new TensorStore(plan.Parameters, plan.Buffers, seed, device);
        _trunk = plan.Trunk.Build(Tensors);
        _heads = [.. plan.Heads.Select(head => head.Build(Tensors))];
    }

    /// <summary>What it was built from.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Everything it owns.</summary>
    public TensorStore Tensors { get; }

    /// <summary>Images [N, 3, H, W] through the trunk and the heads of the tasks the pass's lane serves: (task, outputs).</summary>
    public ImmutableArray<(int Task, Tensor Outputs)> Forward(Tensor images, Pass pass)
    {
        var features = _trunk.Forward(images, pass);
        return [.. Plan.TasksOf(pass.Lane).Select(task => (task, _heads[task].Forward(features, pass)))];
    }

    /// <summary>Frees every tensor.</summary>
    public void Dispose() => Tensors.Dispose();
}
