using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Routing;

/// <summary>One whole network per task, nothing shared (supplement, Sec. C, STL).</summary>
public sealed record SingleTask : IRouting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IRouting> Entry { get; } =
        new(
            "single_task",
            "one whole network per task, nothing shared",
            "paper, supplement Sec. C, STL",
            [],
            _ => new SingleTask()
        );

    /// <inheritdoc/>
    public ImmutableArray<UpdateStrategy> Updates => [UpdateStrategy.SteadyState];

    /// <inheritdoc/>
    public string NormMode => "per task";

    /// <inheritdoc/>
    public LayerPlan PlanSite(ConvSite site, RoutingContext context)
    {
        var operation = site.Replaceable ? context.Operation : new Conv();
        return new PerRoutePlan(
            site.Name,
            site.Input,
            site.Output,
            [.. context.TaskNames.Select((name, task) => Tower(name, task))]
        );

        LayerPlan Tower(string name, int task)
        {
            var own = context with { TaskNames = [name], Routes = 1 };
            var layer = operation.Replace(site, $"{name}.{site.Name}", site.Channels, Owner.Of(task), own.InnerNorms);
            return SharedSite.WithNorm(
                site,
                layer,
                own,
                Owner.Of(task),
                operation.EndsWithNorm || site.NormName is null ? null : $"{name}.{site.NormName}"
            );
        }
    }
}
