namespace EtrNlp.Core.Networks;

/// <summary>
/// A layer before it is a module: shapes, owners, counts. Building it needs libtorch, everything else does not.
/// </summary>
public abstract record LayerPlan(string Name, FeatureShape Input, FeatureShape Output)
{
    /// <summary>Learnable tensors of this layer itself, of all tasks.</summary>
    public virtual IEnumerable<ParameterPlan> OwnParameters => [];

    /// <summary>Saved tensors of this layer itself that are not learned.</summary>
    public virtual IEnumerable<BufferPlan> OwnBuffers => [];

    /// <summary>What changes saved tensors of this layer itself between steps.</summary>
    public virtual IEnumerable<IChange> OwnChanges => [];

    /// <summary>Layers inside this one.</summary>
    public virtual IEnumerable<LayerPlan> Children => [];

    /// <summary>
    /// Multiply-accumulates of this layer itself for one image and one active task: convolutions and linear maps, as
    /// the paper's #F.
    /// </summary>
    public virtual long OwnMacs(int task) => 0;

    /// <summary>
    /// True where every route gets the same output from the same input, so that one batch that meets all tasks under
    /// the same weights passes only once. In training a norm is such a layer too, since it normalises by the batch.
    /// </summary>
    public virtual bool IgnoresRoute(bool training) => false;

    /// <summary>This layer and all inside it, each before those inside it.</summary>
    public IEnumerable<LayerPlan> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>Learnable tensors of this layer and all inside it.</summary>
    public IEnumerable<ParameterPlan> Parameters =>
        OwnParameters.Concat(Children.SelectMany(child => child.Parameters));

    /// <summary>Saved tensors of this layer and all inside it.</summary>
    public IEnumerable<BufferPlan> Buffers => OwnBuffers.Concat(Children.SelectMany(child => child.Buffers));

    /// <summary>What changes saved tensors of this layer and all inside it between steps.</summary>
    public IEnumerable<IChange> Changes => OwnChanges.Concat(Children.SelectMany(child => child.Changes));

    /// <summary>Multiply-accumulates of this layer and all inside it, for one image and one active task.</summary>
    public virtual long Macs(int task) => OwnMacs(task) + Children.Sum(child => child.Macs(task));

    /// <summary>
    /// Numbers of one image that a pass holds of what leaves this layer or, where there are any, those inside it; in
    /// one task's route, or for null in one that serves all.
    /// </summary>
    public virtual long Features(int? task)
    {
        var children = Children
            .Where(child =>
                task is not { } one
                || !child.Parameters.Any()
                || child.Parameters.Any(parameter => parameter.Owner.Serves(one))
            )
            .ToArray();
        return children.Length > 0 ? children.Sum(child => child.Features(task)) : Output.Numbers;
    }

    /// <summary>The layer that computes what is planned, on tensors that <paramref name="tensors"/> holds.</summary>
    public abstract ILayer Build(TensorStore tensors);
}
