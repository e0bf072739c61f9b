using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>A plan built on tensors: one trunk, one head per task.</summary>
public sealed class Network : IDisposable
{
    readonly ImmutableArray<(LayerPlan Plan, ILayer Layer)> _trunk;
    readonly ImmutableArray<ILayer> _heads;

    /// <summary>Builds the network with the start its seed gives it.</summary>
    public Network(NetworkPlan plan, long seed, Device device)
    {
        Plan = plan;
        Tensors = new TensorStore(plan.Parameters, plan.Buffers, seed, device);
        _trunk = [.. Flattened(plan.Trunk).Select(layer => (layer, layer.Build(Tensors)))];
        _heads = [.. plan.Heads.Select(head => head.Build(Tensors))];
    }

    /// <summary>What it was built from.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Everything it owns.</summary>
    public TensorStore Tensors { get; }

    /// <summary>
    /// Images [N, 3, H, W] as far through the trunk as all lanes go together: what a batch that meets every task under the same weights
    /// computes once. May be the images themselves.
    /// </summary>
    public Tensor Common(Tensor images, bool training)
    {
        using var scope = NewDisposeScope();
        return Through(images, 0, CommonLayers(training), new Pass(0, training, AllLanes: true)).MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="Common"/> gave, through the rest of the trunk and the heads of the tasks the pass's lane serves.</summary>
    public ImmutableArray<(int Task, Tensor Outputs)> FromCommon(Tensor common, Pass pass) => Heads(Through(common, CommonLayers(pass.Training), _trunk.Length, pass), pass);

    /// <summary>Images through the trunk and the heads of the tasks the pass's lane serves: (task, outputs).</summary>
    public ImmutableArray<(int Task, Tensor Outputs)> Forward(Tensor images, Pass pass) => Heads(Through(images, 0, _trunk.Length, pass), pass);

    ImmutableArray<(int Task, Tensor Outputs)> Heads(Tensor features, Pass pass) =>
        [.. Plan.TasksOf(pass.Lane).Select(task => (task, _heads[task].Forward(features, pass)))];

    // What is between two layers is let go as soon as autograd alone needs it.
    Tensor Through(Tensor x, int first, int end, Pass pass)
    {
        var features = x;
        for (var layer = first; layer < end; layer++)
        {
            var next = _trunk[layer].Layer.Forward(features, pass);
            if (!ReferenceEquals(features, x))
            {
                features.Dispose();
            }

            features = next;
        }

        return ReferenceEquals(features, x) ? x.alias() : features;
    }

    int CommonLayers(bool training) => _trunk.TakeWhile(layer => layer.Plan.IsCommon(training)).Count();

    static IEnumerable<LayerPlan> Flattened(LayerPlan plan) => plan is ChainPlan chain ? chain.Layers.SelectMany(Flattened) : [plan];

    /// <summary>Frees every tensor.</summary>
    public void Dispose() => Tensors.Dispose();
}
