using EtrNlp.Core.Backbones;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Optimizers;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Weighting;
using EtrNlp.Data;
using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Maps;

namespace EtrNlp.Core.Experiments;

/// <summary>Every axis on which experiments can be varied, in the order of an experiment file.</summary>
public static class Axes
{
    /// <summary>One line per axis.</summary>
    public static IReadOnlyList<IAxis> All { get; } =
    [
        KnownDatasets.All,
        KnownMaps.All,
        KnownTaskKinds.All,
        TaskPresets.Axis,
        KnownBackbones.All,
        KnownOperations.All,
        KnownPrimitives.All,
        KnownRoutings.All,
        KnownPartitions.All,
        KnownWeightings.All,
        KnownOptimizers.All,
        KnownSchedules.All,
        KnownAugmentations.All,
    ];
}
