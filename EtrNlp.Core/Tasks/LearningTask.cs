namespace EtrNlp.Core.Tasks;

/// <summary>A task of an experiment.</summary>
/// <param name="Name">What results and parameters are named after.</param>
/// <param name="Kind">What it predicts.</param>
/// <param name="Tower">The network that cross-stitch gives it together with others; null: one of its own.</param>
public sealed record LearningTask(string Name, ITaskKind Kind, string? Tower = null);
