using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>A plan built on tensors: one trunk, one head per task.</summary>
public sealed class Network : IDisposable
{
    readonly ImmutableArray<ILayer> _trunk;
    readonly int _commonInTraining; // leading layers of the trunk
    readonly int _commonInEvaluation;
    readonly ImmutableArray<ILayer> _heads;

    // Up to this share of the work that lanes have for themselves, passing the common layers a second time costs less than holding what they keep for their gradient.
    const double LittleWork = 0.05;

    /// <summary>Builds the network with the start its seed gives it.</summary>
    public Network(NetworkPlan plan, long seed, Device device)
        : this(plan, new TensorStore(plan.Parameters, plan.Buffers, seed, device))
    {
    }

    Network(NetworkPlan plan, TensorStore tensors)
    {
        Plan = plan;
        Tensors = tensors;
        var trunk = Flattened(plan.Trunk).ToArray();
        _trunk = [.. trunk.Select(layer => layer.Build(Tensors))];
        _commonInTraining = trunk.TakeWhile(layer => layer.IsCommon(training: true)).Count();
        _commonInEvaluation = trunk.TakeWhile(layer => layer.IsCommon(training: false)).Count();
        _heads = [.. plan.Heads.Select(head => head.Build(Tensors))];
        var common = trunk.Take(_commonInTraining).ToArray();
        CommonLearns = common.SelectMany(layer => layer.Parameters).Any();
        var work = common.Sum(layer => layer.Macs(task: 0));
        CommonIsLittle = plan.Lanes > 1 && work <= LittleWork * Enumerable.Range(0, plan.Lanes).Sum(lane => plan.Trunk.Macs(lane) - work);
    }

    /// <summary>What it was built from.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Everything it owns.</summary>
    public TensorStore Tensors { get; }

    /// <summary>Whether anything is learned in the layers that lanes pass together in training.</summary>
    public bool CommonLearns { get; }

    /// <summary>Whether those layers are so little work that they are passed again for their gradient rather than held while lanes are on the way.</summary>
    public bool CommonIsLittle { get; }

    /// <summary>The same network for another thread: the same numbers in the same memory, but gradients of shared parameters of its own. To be freed first.</summary>
    public Network Replica() => new(Plan, Tensors.Replica());

    /// <summary>
    /// Images [N, 3, H, W] as far through the trunk as all lanes go together: what a batch that meets every task under the same weights
    /// computes once, or again, once it has seen to the running statistics. May be the images themselves.
    /// </summary>
    public Tensor Common(Tensor images, bool training, bool again = false)
    {
        using var scope = NewDisposeScope();
        var features = Entering(images);
        var common = ChainPlan.Through(_trunk.Take(CommonLayers(training)), features, new Pass(0, training, AllLanes: true, Again: again));
        return (ReferenceEquals(common, images) ? images.alias() : common).MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="Common"/> gave, once for each of the pass's lanes, through the rest of the trunk and the heads of the tasks those lanes serve.</summary>
    public ImmutableArray<(int Task, Tensor Outputs)> FromCommon(Tensor common, Pass pass)
    {
        var features = pass.Lanes == 1 ? common : cat([.. Enumerable.Repeat(common, pass.Lanes)], 0);
        return Heads(ChainPlan.Through(_trunk.Skip(CommonLayers(pass.Training)), features, pass), pass);
    }

    /// <summary>Images through the trunk and the heads of the tasks the pass's lane serves: (task, outputs).</summary>
    public ImmutableArray<(int Task, Tensor Outputs)> Forward(Tensor images, Pass pass) => Heads(ChainPlan.Through(_trunk, Entering(images), pass), pass);

    Tensor Entering(Tensor images) => images.In(Plan.Precision.FeatureType());

    // Heads, and what follows them, are in float32.
    ImmutableArray<(int Task, Tensor Outputs)> Heads(Tensor features, Pass pass) =>
        [.. from part in SideBySide.Parts(features.In(ScalarType.Float32), pass) from task in Plan.TasksOf(part.Pass.Lane) select (task, _heads[task].Forward(part.Images, part.Pass))];

    int CommonLayers(bool training) => training ? _commonInTraining : _commonInEvaluation;

    static IEnumerable<LayerPlan> Flattened(LayerPlan plan) => plan is ChainPlan chain ? chain.Layers.SelectMany(Flattened) : [plan];

    /// <summary>Frees every tensor.</summary>
    public void Dispose() => Tensors.Dispose();
}
