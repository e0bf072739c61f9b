using EtrNlp.Core.Networks;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Experiments;

/// <summary>Whether routing, weighting and update strategy of an experiment go together.</summary>
static class Trainability
{
    /// <summary>Refuses those that do not.</summary>
    /// <exception cref="ConfigException">The mistake, with its place.</exception>
    internal static void Check(ExperimentFile file)
    {
        CheckUpdate(file);
        CheckPlace(file);
    }

    static void CheckUpdate(ExperimentFile file)
    {
        var experiment = file.Experiment;
        var updates = experiment.Routing.Updates;
        if (!updates.Contains(experiment.Update))
        {
            throw new ConfigException(
                file.PlaceOf($"training.{TrainingConfig.UpdateName}"),
                $"training.{TrainingConfig.UpdateName}: "
                    + $"this routing cannot be trained by {Values.SnakeCase(experiment.Update)}; "
                    + $"use {string.Join(" or ", updates.Select(Values.SnakeCase))}"
            );
        }

        if (!experiment.Weighting.Updates.Contains(experiment.Update))
        {
            var needed = experiment.Weighting.Updates is [UpdateStrategy.Joint]
                ? "one pass for all tasks"
                : "every task's gradient under the same weights";
            var both = string.Join(" or ", experiment.Updates.Select(Values.SnakeCase));
            throw new ConfigException(
                file.PlaceOf(Experiment.WeightingName),
                $"{Experiment.WeightingName}: this weighting needs {needed}, which "
                    + $"{Values.SnakeCase(experiment.Update)} does not give; "
                    + (both.Length > 0 ? $"use training.update {both}" : "this routing has no other loop: choose equal")
            );
        }
    }

    static void CheckPlace(ExperimentFile file)
    {
        var places = file.Experiment.Routing.Places;
        if (file.Experiment.Weighting is IGradientWeighting { Place: var place } && !places.Contains(place))
        {
            var isLast = place == GradientPlace.LastShared;
            var needed = isLast ? "a last layer that all tasks train" : "features that every task reads";
            throw new ConfigException(
                file.PlaceOf(Experiment.WeightingName),
                $"{Experiment.WeightingName}: this weighting needs {needed}, and this routing has none; "
                    + "choose one by losses, or one by all gradients of shared parameters, such as pcgrad"
            );
        }
    }
}
