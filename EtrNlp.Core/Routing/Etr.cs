using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// Explicit task routing: a branch that all tasks share beside one branch per task, in every replaceable convolution
/// (Sec. 3.2, 3.3, Algorithm 1). Task t's features are [what it reads of the shared branch, its own].
/// </summary>
/// <param name="Gamma">Share of the channels that is shared.</param>
/// <param name="TaskBranch">What a task's own branch is.</param>
/// <param name="Norm">Who owns norms.</param>
/// <param name="Shared">Which channels of the shared branch each task keeps of those it reads; null is all.</param>
public sealed record Etr(
    PerTask<decimal> Gamma,
    TaskBranch TaskBranch,
    NormOwnership Norm,
    IPartition? Shared = null
) : IRouting
{
    static readonly Setting<PerTask<decimal>> GammaKey = new(
        "gamma",
        "share of each layer's channels that all tasks share; one number or one per task",
        Alternatives.PerTask(Values.Decimal(0, 1)),
        "0.9"
    );

    static readonly Setting<TaskBranch> TaskBranchKey = new(
        "task_branch",
        "what a task's own branch is",
        Values.Choice<TaskBranch>(),
        "conv3x3"
    );
    static readonly Setting<NormOwnership> NormKey = new(
        "norm",
        "who owns batch norms and their statistics",
        Values.Choice<NormOwnership>(),
        "owned"
    );

    static readonly Setting<IPartition?> SharedKey = new(
        "shared",
        "which channels of the shared branch each task keeps; absent: all",
        Values.Optional(Values.OneOf(KnownPartitions.All)),
        "null",
        Added: true
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "etr",
            "a shared branch beside one branch per task in every layer",
            "paper Sec. 3.2, Algorithm 1",
            [GammaKey, TaskBranchKey, NormKey, SharedKey],
            values => new Etr(
                values.Get(GammaKey),
                values.Get(TaskBranchKey),
                values.Get(NormKey),
                values.Get(SharedKey)
            )
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <inheritdoc/>
    public string NormMode => Values.SnakeCase(Norm);

    /// <summary>
    /// Channels of the shared branch: g * floor(gamma * C / g), exact in decimal; 0 and C at the ends.
    /// </summary>
    public static int SharedChannels(decimal gamma, int channels, int multiple) =>
        gamma == 1 ? channels : multiple * (int)Math.Floor(gamma * channels / multiple);

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context)
    {
        if (!site.Replaceable)
        {
            return SharedSite.Plan(site, context, Norm == NormOwnership.Owned);
        }

        var widths = Widths(site, context);
        var layer = Layer(site, widths, context);
        var rows = Rows(site, widths);
        if (site.NormName is { } norm && !context.Operation.EndsWithNorm)
        {
            return new ChainPlan(site.Name, [layer, BranchNorm.Plan(site, norm, widths, context, Norm, rows)]);
        }

        return rows is { } kept ? SharedSite.Masked(site, layer, kept) : layer;
    }

    /// <summary>How many channels are shared, read and owned at a site.</summary>
    public BranchWidths Widths(ConvSite site, RoutingContext context)
    {
        var multiple = context.Operation.GroupsAt(site);
        var shared = Gammas(context).Select(gamma => SharedChannels(gamma, site.Channels, multiple)).ToArray();
        var widest = shared.Max();
        return new BranchWidths(
            widest,
            [
                .. shared.Select(channels =>
                    channels == widest ? (ImmutableArray<int>?)null : FirstOfEachGroup(channels, widest, multiple)
                ),
            ],
            [.. shared.Select(channels => site.Channels - channels)]
        );
    }

    /// <summary>
    /// Names the layers in which a gamma above 0 rounds down to no shared channel, and what is to be known of the
    /// partition.
    /// </summary>
    public IEnumerable<string> Notices(IReadOnlyList<ConvSite> sites, RoutingContext context) =>
        LayersWithoutShared(sites, context)
            .Concat((Shared?.Notices(context.TaskNames.Length) ?? []).Select(notice => $"{SharedKey.Name}.{notice}"));

    IEnumerable<string> LayersWithoutShared(IReadOnlyList<ConvSite> sites, RoutingContext context)
    {
        ConvSite[] routed = [.. sites.Where(site => site.Replaceable)];
        foreach (var gamma in Gammas(context).Distinct().Where(gamma => gamma > 0))
        {
            var without = routed
                .Where(site => SharedChannels(gamma, site.Channels, context.Operation.GroupsAt(site)) == 0)
                .ToArray();
            if (without.Length > 0)
            {
                var count = FormattableString.Invariant($"in {without.Length} of {routed.Length} layers");
                var multiples = string.Join(", ", without.Select(context.Operation.GroupsAt).Distinct());
                var names = string.Join(", ", without.Select(site => site.Name));
                yield return FormattableString.Invariant($"gamma: {gamma} rounds down to no shared channel ")
                    + $"{count}, where channels are shared in multiples of {multiples}: {names}";
            }
        }
    }

    // Null where every task keeps all that it reads.
    ImmutableArray<MaskRow>? Rows(ConvSite site, BranchWidths widths)
    {
        if (Shared is null || widths.Shared == 0)
        {
            return null;
        }

        var tasks = Enumerable.Range(0, widths.Own.Length);
        var masks = Shared.Masks($"{site.Name}.shared", widths.Shared, [.. tasks.Select(widths.ChannelsReadBy)]);
        return [.. tasks.Select(task => new MaskRow(masks, task, widths.Reads[task]))];
    }

    ImmutableArray<decimal> Gammas(RoutingContext context) => Gamma.Resolve(context.TaskNames, this, GammaKey.Name);

    // A task with a smaller gamma must still see every input channel, hence some channels of each group.
    static ImmutableArray<int> FirstOfEachGroup(int channels, int widest, int multiple) =>
        [
            .. from g in Enumerable.Range(0, multiple)
            from c in Enumerable.Range(0, channels / multiple)
            select (g * (widest / multiple)) + c,
        ];

    LayerPlan Layer(ConvSite site, BranchWidths widths, RoutingContext context)
    {
        if (TaskBranch is TaskBranch.Nlp1x1 or TaskBranch.Nlp1x1Dense)
        {
            return MixedLayer(site, widths, context);
        }

        var shared =
            widths.Shared == 0
                ? null
                : context.Operation.Replace(
                    site,
                    $"{site.Name}.shared",
                    widths.Shared,
                    Owner.Shared,
                    NormsInside(context)
                );
        var own = widths.Own.Select((channels, task) => channels == 0 ? null : Branch(site, task, channels, context));
        return new ParallelBranchesPlan(site.Name, site.Input, site.Output, shared, [.. own], widths.Reads);
    }

    LayerPlan MixedLayer(ConvSite site, BranchWidths widths, RoutingContext context)
    {
        if (context.Operation is not IMixingOperation operation)
        {
            throw new InvalidSettingException(
                this,
                TaskBranchKey.Name,
                $"{Values.SnakeCase(TaskBranch)} mixes the fixed features of an operation and this one has none; "
                    + "use operation nlp, or task_branch conv3x3"
            );
        }

        var shared = new MixingBranch($"{site.Name}.shared", Owner.Shared, widths.Shared, widths.Reads);
        var own = widths.Own.Select(
            (channels, task) =>
                new MixingBranch(
                    $"{site.Name}.tasks.{context.TaskNames[task]}",
                    Owner.Of(task),
                    channels,
                    Route: task,
                    IsDense: TaskBranch == TaskBranch.Nlp1x1Dense
                )
        );
        return operation.ReplaceMixed(site, shared.Name, [.. own.Prepend(shared).Where(branch => branch.Channels > 0)]);
    }

    // Beside an operation that ends with its own norm, a branch ends with one too.
    LayerPlan Branch(ConvSite site, int task, int channels, RoutingContext context)
    {
        var (name, owner) = (context.TaskNames[task], Owner.Of(task));
        var convolution = new ConvolutionPlan(
            $"{site.Name}.tasks.{name}",
            site.Input,
            channels,
            TaskBranch == TaskBranch.Conv1x1 ? 1 : site.Kernel,
            site.Stride,
            context.Operation.HasBias(site),
            owner,
            site.WeightInitialization,
            site.BiasInitialization
        );
        return context.Operation.EndsWithNorm && site.NormName is { } norm
            ? new ChainPlan(
                convolution.Name,
                [convolution, new InnerNorms([""]).Plan($"{norm}.tasks.{name}", convolution.Output, owner)]
            )
            : convolution;
    }

    InnerNorms NormsInside(RoutingContext context)
    {
        if (Norm == NormOwnership.SharedBatch && context.Operation.EndsWithNorm)
        {
            throw new InvalidSettingException(
                this,
                NormKey.Name,
                "shared_batch is one norm over all channels of a layer, and this operation ends with a norm of its "
                    + "own; use norm owned"
            );
        }

        return context.InnerNorms with { KeepsStatistics = Norm == NormOwnership.Owned };
    }
}
