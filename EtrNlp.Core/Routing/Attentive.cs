using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>
/// One trunk in which each task weighs the channels of every layer: squeeze and excitation of its own after every
/// convolution and norm, before the activation (Maninis et al. 2019), of stem and shortcuts too.
/// </summary>
/// <param name="Reduction">C channels are squeezed to floor(C / reduction).</param>
/// <param name="Bias">Whether its linear maps have biases; without them the count is the one in Table 3.</param>
public sealed record Attentive(int Reduction, bool Bias) : IRouting
{
    const string ReductionName = "reduction";

    static readonly Setting<int> ReductionKey = new(
        ReductionName,
        "C channels are squeezed to floor(C / reduction)",
        Values.Integer(min: 1, max: 1024),
        "16"
    );

    static readonly Setting<bool> BiasKey = new(
        "bias",
        "biases in the linear maps; false gives the published number of parameters",
        Values.Flag,
        "true"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "attentive",
            "one trunk; each task weighs the channels of every layer by squeeze and excitation",
            "Maninis et al. 2019; paper Tables 3, 4",
            [ReductionKey, BiasKey],
            values => new Attentive(values.Get(ReductionKey), values.Get(BiasKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.SteadyState, UpdateStrategy.Synchronized];

    /// <inheritdoc/>
    public string NormMode => "shared";

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context)
    {
        var squeezed = site.Channels / Reduction;
        if (squeezed == 0)
        {
            throw new InvalidSettingException(
                this,
                ReductionName,
                FormattableString.Invariant($"{Reduction} is more than the {site.Channels} channels of {site.Name}; ")
                    + FormattableString.Invariant($"choose at most {site.Channels}, or a wider backbone")
            );
        }

        var name = $"{site.Name}.attention";
        return new ChainPlan(
            site.Name,
            [
                SharedSite.Plan(site, context),
                new AttentionPlan(
                    name,
                    site.Output,
                    [.. context.TaskNames.Select((task, t) => Unit($"{name}.{task}", site, squeezed, Owner.Of(t)))]
                ),
            ]
        );
    }

    AttentionUnit Unit(string name, ConvSite site, int squeezed, Owner owner)
    {
        var channels = site.Channels;
        return new AttentionUnit(
            new ParameterPlan($"{name}.squeeze.weight", owner, [squeezed, channels], WeightStart(channels, squeezed)),
            new ParameterPlan($"{name}.excite.weight", owner, [channels, squeezed], WeightStart(squeezed, channels)),
            BiasOf("squeeze", squeezed, channels),
            BiasOf("excite", channels, squeezed)
        );

        // A backbone that says how a bias starts says it of all its maps; else they have the framework's default.
        Initialization WeightStart(int fanIn, int fanOut) =>
            site.BiasInitialization is null ? Default(fanIn) : site.WeightInitialization(fanIn, fanOut);

        ParameterPlan? BiasOf(string map, int outputs, int fanIn) =>
            Bias
                ? new ParameterPlan($"{name}.{map}.bias", owner, [outputs], site.BiasInitialization ?? Default(fanIn))
                : null;
    }

    static Initialization.Uniform Default(int fanIn) => new(1 / Math.Sqrt(fanIn));
}
