namespace EtrNlp.Core.Networks;

/// <summary>
/// Who owns a learnable parameter: every task together, or one task alone (by its index in the experiment).
/// </summary>
public readonly record struct Owner
{
    readonly int _taskPlusOne;

    Owner(int taskPlusOne) => _taskPlusOne = taskPlusOne;

    /// <summary>All tasks train it.</summary>
    public static Owner Shared => default;

    /// <summary>Only the task with this index trains it.</summary>
    public static Owner Of(int task) => new(task + 1);

    /// <summary>The owning task, or null for a shared parameter.</summary>
    public int? Task => _taskPlusOne == 0 ? null : _taskPlusOne - 1;

    /// <summary>True where a forward pass of the task can reach it.</summary>
    public bool Serves(int task) => Task is null || Task == task;

    /// <inheritdoc/>
    public override string ToString() => Task is { } task ? $"task {task}" : "shared";
}
