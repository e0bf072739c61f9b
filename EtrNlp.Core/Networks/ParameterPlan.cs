using System.Collections.Immutable;

namespace EtrNlp.Core.Networks;

/// <summary>
/// How a tensor starts: drawn from the run's seed by the tensor's own name, so that networks which share a name share
/// its start.
/// </summary>
public abstract record Initialization
{
    /// <summary>Normal with mean 0.</summary>
    public sealed record Normal(double Deviation) : Initialization;

    /// <summary>Uniform in [-bound, bound].</summary>
    public sealed record Uniform(double Bound) : Initialization;

    /// <summary>
    /// +1 or -1 for the given share of the entries (exactly, rounded down, at random places), 0 elsewhere.
    /// </summary>
    public sealed record Signs(double NonZero) : Initialization;

    /// <summary>Normal as above, kept for the given share of the entries and 0 elsewhere.</summary>
    public sealed record SparseNormal(double Deviation, double NonZero) : Initialization;

    /// <summary>
    /// Rows of zeros and ones [T, C], one a task, with ones only in channels that the task reads. The tasks that read a
    /// channel take turns in having it: row t has a one at t, t + T, t + 2T, ... where all read everything. Then come
    /// ones at random places until there are so many; at least the first stay (Pascal et al. 2021, "Maximum Roaming
    /// Multi-Task Learning").
    /// </summary>
    /// <param name="Reads">For each task the channels it reads, in rising order.</param>
    /// <param name="Ones">For each task how many ones its row gets.</param>
    public sealed record TaskMasks(ImmutableArray<ImmutableArray<int>> Reads, ImmutableArray<int> Ones)
        : Initialization;

    /// <summary>Square [R, R, ...]: one value on the diagonal, another beside it.</summary>
    public sealed record Diagonal(int Rows, double Own, double Others) : Initialization;

    /// <summary>The same value everywhere.</summary>
    public sealed record Constant(double Value) : Initialization;
}

/// <summary>One learnable tensor: its name in checkpoints, its owner, its shape and its start.</summary>
public sealed record ParameterPlan(string Name, Owner Owner, ImmutableArray<long> Shape, Initialization Initialization)
{
    /// <summary>
    /// Its dimensions from the slowest to the fastest in memory, the order in which it is read and its gradient is
    /// written. By default a convolution's weight [O, I, kH, kW] lies channels-last and everything else row-major.
    /// </summary>
    public ImmutableArray<long> MemoryOrder { get; init; } =
        Shape.Length == 4 ? [0, 2, 3, 1] : [.. Shape.Select((_, dimension) => (long)dimension)];

    /// <summary>Factor of its sizes' sum, an L1 penalty that every step adds to the loss; 0 for most.</summary>
    public double Penalty { get; init; }

    /// <summary>Numbers in the tensor.</summary>
    public long Count => Shape.Aggregate(1L, (product, n) => product * n);
}

/// <summary>One tensor that is saved but not learned: what a primitive draws, or running statistics.</summary>
public sealed record BufferPlan(string Name, ImmutableArray<long> Shape, Initialization Initialization)
{
    /// <summary>Its dimensions from the slowest to the fastest in memory; row-major by default.</summary>
    public ImmutableArray<long> MemoryOrder { get; init; } = [.. Shape.Select((_, dimension) => (long)dimension)];
}
