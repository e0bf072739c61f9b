using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Experiments;

/// <summary>Turns an experiment into the plan of its network.</summary>
public static class NetworkPlanner
{
    /// <summary>The plan for images of one size; needs no libtorch.</summary>
    /// <exception cref="InvalidSettingException">Choices that are right alone do not fit each other.</exception>
    public static NetworkPlan Plan(Experiment experiment, ImageSize image)
    {
        RequireLargeEnough(experiment.Backbone, image);
        var context = Context(experiment);
        var trunk = experiment.Routing.PlanTrunk(
            place => experiment.Backbone.Plan(image, WidthMultiple(experiment), place),
            context
        );
        RequireWhole(experiment, trunk.Output, image);
        var heads = experiment
            .Tasks.Select((task, t) => task.Kind.Head($"heads.{task.Name}", trunk.Output, Owner.Of(t)))
            .ToImmutableArray();
        return new NetworkPlan(
            trunk,
            heads,
            experiment.TaskNames,
            context.Routes,
            experiment.Routing.NormMode,
            experiment.Training.Precision,
            Balance(experiment)
        )
        {
            Lanes = experiment.Routing.Lanes(context),
        };
    }

    static BalancePlan Balance(Experiment experiment)
    {
        var (weighting, tasks) = (experiment.Weighting, experiment.TaskNames);
        weighting.Check(tasks);
        return new BalancePlan(weighting.Learned(tasks), weighting.Kept(tasks));
    }

    /// <summary>What the user should know about a plan that was made.</summary>
    public static IEnumerable<string> Notices(Experiment experiment, ImageSize image)
    {
        var (sites, context) = (new List<ConvSite>(), Context(experiment));
        experiment.Backbone.Plan(
            image,
            WidthMultiple(experiment),
            site =>
            {
                sites.Add(site);
                return experiment.Routing.PlanSite(site, context);
            }
        );
        return experiment.Routing.Notices(sites, context).Select(notice => $"routing.{notice}");
    }

    // Widths are rounded up to it, so that groups divide what enters and leaves an operation. As many groups as
    // channels divide every width.
    static int WidthMultiple(Experiment experiment) => experiment.Operation.Groups ?? 1;

    static RoutingContext Context(Experiment experiment) =>
        new(
            experiment.Operation,
            experiment.TaskNames,
            experiment.Update == UpdateStrategy.Joint ? 1 : experiment.Tasks.Length
        )
        {
            Towers = [.. experiment.Tasks.Select(task => task.Tower ?? task.Name)],
        };

    static void RequireLargeEnough(IBackbone backbone, ImageSize image)
    {
        if (Math.Min(image.Height, image.Width) < backbone.SmallestSide)
        {
            throw new InvalidSettingException(
                "dataset.image_size",
                $"this backbone needs {backbone.SmallestSide} pixels each way, got {image}"
            );
        }
    }

    static void RequireWhole(Experiment experiment, FeatureShape features, ImageSize image)
    {
        if (
            experiment.Tasks.Index().FirstOrDefault(task => task.Item.Kind.IsDense) is ({ } index, { } dense)
            && (features.Height, features.Width) != (image.Height, image.Width)
        )
        {
            throw new InvalidSettingException(
                $"tasks.{index}.type",
                $"'{dense.Name}' predicts every pixel of {image} and this backbone ends with "
                    + $"{features.Height}x{features.Width} features; use backbone segnet"
            );
        }
    }
}
