namespace EtrNlp.Core.Tasks;

/// <summary>A task of an experiment.</summary>
/// <param name="Name">What results and parameters are named after.</param>
/// <param name="Kind">What it predicts.</param>
/// <param name="Tower">
/// The group of tasks to which cross-stitch gives a network and MTAN masks; null: a group of its own.
/// </param>
public sealed record LearningTask(string Name, ITaskKind Kind, string? Tower = null);
