using System.Collections.Immutable;

namespace EtrNlp.Core.Tasks;

/// <summary>Where the labels of a task stand among all that the tasks ask a dataset for.</summary>
/// <param name="Task">The task.</param>
/// <param name="FirstColumn">The position of its first column.</param>
/// <param name="FirstMap">The position of its first map.</param>
public sealed record LabelPlace(LearningTask Task, int FirstColumn, int FirstMap)
{
    /// <summary>Those of all tasks, in their order.</summary>
    public static ImmutableArray<LabelPlace> Of(ImmutableArray<LearningTask> tasks)
    {
        var (column, map, places) = (0, 0, ImmutableArray.CreateBuilder<LabelPlace>(tasks.Length));
        foreach (var task in tasks)
        {
            places.Add(new LabelPlace(task, column, map));
            (column, map) = (column + task.Kind.Columns.Length, map + task.Kind.Maps.Length);
        }

        return places.MoveToImmutable();
    }
}
