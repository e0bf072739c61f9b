using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>A task and where its labels stand among what a dataset was asked for.</summary>
/// <param name="Task">The task.</param>
/// <param name="FirstColumn">The position of its first column.</param>
/// <param name="Map">The position of its map, if it has one.</param>
sealed record InspectedTask(LearningTask Task, int FirstColumn, int Map)
{
    /// <summary>The map that is its label; a task's further maps only say where that counts.</summary>
    public PixelMap? Label => Task.Kind.Maps is [var first, ..] ? first : null;

    /// <summary>Numbers of one image.</summary>
    public int Values(ImageSize size) =>
        Label is { } map ? map.Channels * size.Height * size.Width : Task.Kind.Columns.Length;

    /// <summary>True where a pixel that has no class is void to the task.</summary>
    public bool IsExclusive => Task.Kind is Segmentation { Rule.IsExclusive: true };

    /// <summary>The tasks of an experiment, in their order.</summary>
    public static ImmutableArray<InspectedTask> Of(ImmutableArray<LearningTask> tasks) =>
        [.. LabelPlace.Of(tasks).Select(place => new InspectedTask(place.Task, place.FirstColumn, place.FirstMap))];

    /// <summary>Fresh statistics of its label.</summary>
    public ILabelStatistics NewStatistics() =>
        Label switch
        {
            null when Task.Kind.Choices is { Length: > 0 } classes => new ChoiceStatistics(classes),
            null => new AttributeStatistics(Task.Kind.Columns),
            PixelMap.Classes classes => new ClassStatistics(classes.Names, IsExclusive),
            PixelMap.Depth => new DepthStatistics(),
            PixelMap.Normals => new NormalStatistics(),
            var other => throw new NotSupportedException($"nothing is counted of {other}"),
        };
}
