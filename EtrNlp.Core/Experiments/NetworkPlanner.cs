using System.Collections.Immutable;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
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
        var lanes = experiment.Update == UpdateStrategy.Joint ? 1 : experiment.Tasks.Length;
        var context = new RoutingContext(experiment.Operation, experiment.TaskNames, lanes);
        var trunk = experiment.Backbone.Plan(image, site => experiment.Routing.Place(site, context));
        var heads = experiment.Tasks.Select((task, t) => task.Kind.Head($"heads.{task.Name}", trunk.Output, Owner.Of(t))).ToImmutableArray();
        experiment.Weighting.Weights(experiment.TaskNames);
        return new NetworkPlan(trunk, heads, experiment.TaskNames, lanes, experiment.Routing.NormMode);
    }
}
