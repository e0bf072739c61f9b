using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>A task and where its labels stand among what a dataset was asked for.</summary>
/// <param name="Task">The task.</param>
/// <param name="FirstColumn">The position of its first column.</param>
/// <param name="Map">The position of its map; -1 where it needs columns.</param>
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
    public static ImmutableArray<InspectedTask> Of(ImmutableArray<LearningTask> tasks)
    {
        var (column, map, all) = (0, 0, new List<InspectedTask>());
        foreach (var task in tasks)
        {
            all.Add(new InspectedTask(task, column, task.Kind.Maps.Length > 0 ? map : -1));
            (column, map) = (column + task.Kind.Columns.Length, map + task.Kind.Maps.Length);
        }

        return [.. all];
    }

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
