using System.Collections.Immutable;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>What the labels of a task are in a split.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Labels">What was counted.</param>
public sealed record TaskStatistics(string Task, ILabelStatistics Labels);

/// <summary>What images and labels of a split are.</summary>
/// <param name="Split">The split.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="Read">How many of them were looked at.</param>
/// <param name="Pixels">Of the images.</param>
/// <param name="Tasks">Of the labels, task by task.</param>
public sealed record SplitStatistics(
    Split Split,
    int Images,
    int Read,
    PixelStatistics Pixels,
    ImmutableArray<TaskStatistics> Tasks
)
{
    /// <summary>What may be wrong, each as a sentence without the name of the split.</summary>
    public IEnumerable<string> Problems =>
        Pixels.Problems.Concat(
            Tasks.SelectMany(task => task.Labels.Problems.Select(problem => $"{task.Task}: {problem}"))
        );
}
