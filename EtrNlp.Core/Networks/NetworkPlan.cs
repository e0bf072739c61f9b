using System.Collections.Immutable;

namespace EtrNlp.Core.Networks;

/// <summary>
/// A whole network before it is modules: the trunk, one head per task, and how many passes serve the tasks.
/// </summary>
/// <param name="Trunk">Image to features.</param>
/// <param name="Heads">Features to each task's outputs, in task order.</param>
/// <param name="TaskNames">Names in task order.</param>
/// <param name="Routes">
/// 1 where one forward serves all tasks; else one route per task, each with running statistics of its own.
/// </param>
/// <param name="NormMode">How norms are owned, for people.</param>
/// <param name="Precision">What the trunk computes in.</param>
/// <param name="Balance">What a weighting learns and keeps beside the network, which no count includes.</param>
public sealed record NetworkPlan(
    LayerPlan Trunk,
    ImmutableArray<LayerPlan> Heads,
    ImmutableArray<string> TaskNames,
    int Routes,
    string NormMode,
    Precision Precision = Precision.Float32,
    BalancePlan? Balance = null
)
{
    /// <summary>
    /// For each task, which of the features that leave the trunk side by side, [lanes * N, C, H, W], its head reads;
    /// empty where all heads read the same.
    /// </summary>
    public ImmutableArray<int> Lanes { get; init; } = [];

    /// <summary>Every learnable tensor, each name once.</summary>
    public ImmutableArray<ParameterPlan> Parameters { get; } =
        Distinct([
            .. Trunk.Parameters,
            .. Heads.SelectMany(head => head.Parameters),
            .. Balance?.Parameters ?? [],
        ]);

    /// <summary>Every saved tensor that is not learned.</summary>
    public ImmutableArray<BufferPlan> Buffers { get; } =
    [.. Trunk.Buffers, .. Heads.SelectMany(head => head.Buffers), .. Balance?.Buffers ?? []];

    /// <summary>
    /// Numbers that leave the trunk's layers in one route's pass, for one image: about what it holds. The largest over
    /// routes.
    /// </summary>
    public long Features { get; } =
        Enumerable.Range(0, Heads.Length).Max(task => Trunk.Features(Routes == 1 ? null : task));

    /// <summary>The same in bytes.</summary>
    public long FeatureBytes => Features * Precision.FeatureBytes();

    /// <summary>How many routes can be computed at once with features of at most so many bytes; at least one.</summary>
    public int RoutesAtOnce(int batchSize, long bytes) =>
        (int)Math.Clamp(bytes / (FeatureBytes * batchSize), 1, Routes);

    /// <summary>The weight of the trunk's last layer of which all tasks train a convolution or mixing.</summary>
    public ParameterPlan LastSharedWeight =>
        Trunk.Parameters.Last(parameter => parameter.Owner == Owner.Shared && parameter.Shape.Length > 1);

    /// <summary>Tasks a route serves.</summary>
    public IEnumerable<int> TasksOf(int route) => Routes == 1 ? Enumerable.Range(0, Heads.Length) : [route];

    /// <summary>Learnable parameters of all tasks: the paper's #P, total.</summary>
    public long TotalParameters =>
        Parameters.Sum(parameter => parameter.Count) - (Balance?.Parameters.Sum(parameter => parameter.Count) ?? 0);

    /// <summary>
    /// Learnable parameters one task's forward pass can reach, plus every head: the paper's convention, in which all
    /// heads count (Tables 2 and 4). The largest over tasks where they differ; all where lanes pass together.
    /// </summary>
    public long ActiveParameters => Lanes.IsEmpty ? ReachedByOne : TotalParameters;

    long ReachedByOne =>
        Enumerable
            .Range(0, Heads.Length)
            .Max(task =>
                Trunk.Parameters.Where(parameter => parameter.Owner.Serves(task)).Sum(parameter => parameter.Count)
                + Heads.SelectMany(head => head.Parameters).Sum(parameter => parameter.Count)
            );

    /// <summary>
    /// Multiply-accumulates of one image through the trunk for one task, plus every head: the paper's #F. The largest
    /// over tasks where they differ; the sum over lanes that pass together.
    /// </summary>
    public long Macs =>
        Enumerable.Range(0, Heads.Length).Max(Trunk.Macs) + Heads.Select((head, task) => head.Macs(task)).Sum();

    static ImmutableArray<ParameterPlan> Distinct(IEnumerable<ParameterPlan> parameters)
    {
        var all = parameters.ToImmutableArray();
        return all.Select(parameter => parameter.Name).Distinct().Count() == all.Length
            ? all
            : throw new ArgumentException("two parameters of the plan share a name", nameof(parameters));
    }
}

/// <summary>What balances tasks and is saved with the network.</summary>
/// <param name="Parameters">Learned with the network.</param>
/// <param name="Buffers">Kept from step to step.</param>
public sealed record BalancePlan(ImmutableArray<ParameterPlan> Parameters, ImmutableArray<BufferPlan> Buffers);
