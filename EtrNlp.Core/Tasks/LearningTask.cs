namespace EtrNlp.Core.Tasks;

/// <summary>A task of an experiment: its name and what it is.</summary>
public sealed record LearningTask(string Name, ITaskKind Kind);
