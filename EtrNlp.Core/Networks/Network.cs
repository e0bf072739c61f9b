using System.Collections.Immutable;
using static TorchSharp.torch;

namespace EtrNlp.Core.Networks;

/// <summary>A plan built on tensors: one trunk, one head per task.</summary>
public sealed class Network : IDisposable
{
    readonly ImmutableArray<ILayer> _trunk;
    readonly int _prefixInTraining; // leading layers of the trunk that are the same for every route
    readonly int _prefixInEvaluation;
    readonly ImmutableArray<ILayer> _heads;
    readonly ImmutableArray<IChange> _changes;

    /// <summary>Builds the network with the start its seed gives it.</summary>
    public Network(NetworkPlan plan, long seed, Device device)
        : this(plan, new TensorStore(plan.Parameters, plan.Buffers, seed, device)) { }

    Network(NetworkPlan plan, TensorStore tensors)
    {
        Plan = plan;
        Tensors = tensors;
        var trunk = ChainPlan.Flattened(plan.Trunk).ToArray();
        _trunk = [.. trunk.Select(layer => layer.Build(Tensors))];
        _prefixInTraining = trunk.TakeWhile(layer => layer.IgnoresRoute(training: true)).Count();
        _prefixInEvaluation = trunk.TakeWhile(layer => layer.IgnoresRoute(training: false)).Count();
        _heads = [.. plan.Heads.Select(head => head.Build(Tensors))];
        _changes = [.. plan.Trunk.Changes];
    }

    /// <summary>What it was built from.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Everything it owns.</summary>
    public TensorStore Tensors { get; }

    /// <summary>
    /// The same network for another thread: the same numbers in the same memory, but gradients of shared parameters of
    /// its own. It is to be freed first.
    /// </summary>
    public Network Replica() => new(Plan, Tensors.Replica());

    /// <summary>Before a step in training: changes what layers want changed by then.</summary>
    public void Change(StepClock clock)
    {
        using var noGrad = no_grad();
        foreach (var change in _changes)
        {
            change.Before(clock, Tensors);
        }
    }

    /// <summary>Images [N, 3, H, W] through the trunk and the heads of the tasks that the pass serves.</summary>
    public ImmutableArray<(int Task, Tensor Outputs)> Forward(Tensor images, Pass pass) =>
        Heads(Representation(images, pass), pass);

    /// <summary>Images [N, 3, H, W] through the trunk: the features that every head of the pass reads.</summary>
    public Tensor Representation(Tensor images, Pass pass) => ChainPlan.Through(_trunk, Entering(images), pass);

    /// <summary>
    /// Images [N, 3, H, W] through the leading layers that are the same for every route; the images themselves if there
    /// are none. A batch that meets every task under the same weights passes them once.
    /// </summary>
    public Tensor Prefix(Tensor images, bool training)
    {
        using var scope = NewDisposeScope();
        var pass = new Pass(0, training, AllRoutes: true);
        var features = ChainPlan.Through(_trunk.Take(PrefixLayers(training)), Entering(images), pass);
        return (ReferenceEquals(features, images) ? images.alias() : features).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What <see cref="Prefix"/> gave through the rest of the trunk and the heads, once for each route of the pass.
    /// </summary>
    public ImmutableArray<(int Task, Tensor Outputs)> FromPrefix(Tensor features, Pass pass)
    {
        var entering = pass.Routes == 1 ? features : cat([.. Enumerable.Repeat(features, pass.Routes)], 0);
        return Heads(ChainPlan.Through(_trunk.Skip(PrefixLayers(pass.Training)), entering, pass), pass);
    }

    /// <summary>Frees every tensor.</summary>
    public void Dispose() => Tensors.Dispose();

    Tensor Entering(Tensor images) => images.In(Plan.Precision.FeatureType());

    int PrefixLayers(bool training) => training ? _prefixInTraining : _prefixInEvaluation;

    /// <summary>Features through the heads of the tasks that the pass serves, in float32.</summary>
    public ImmutableArray<(int Task, Tensor Outputs)> Heads(Tensor features, Pass pass)
    {
        var outputs = ImmutableArray.CreateBuilder<(int, Tensor)>();
        foreach (var part in BatchedRoutes.Parts(features.In(ScalarType.Float32), pass))
        {
            var lanes = BatchedRoutes.Split(part.Images, Plan.Lanes.DefaultIfEmpty().Max() + 1);
            foreach (var task in Plan.TasksOf(part.Pass.Route))
            {
                var read = lanes[Plan.Lanes.IsEmpty ? 0 : Plan.Lanes[task]];
                outputs.Add((task, _heads[task].Forward(read, part.Pass)));
            }
        }

        return outputs.DrainToImmutable();
    }
}
