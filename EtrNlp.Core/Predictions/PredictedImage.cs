using System.Collections.Immutable;
using EtrNlp.Core.Tasks;

namespace EtrNlp.Core.Predictions;

/// <summary>An image and what a network says of it.</summary>
/// <param name="Name">What it is called; folders are divided by '/'.</param>
/// <param name="Pixels">RGB bytes [H, W, 3], as the network saw them but for normalisation.</param>
/// <param name="Seen">What the network saw of it.</param>
/// <param name="Tasks">What is said, task by task; none before the network has seen it.</param>
sealed record PredictedImage(
    string Name,
    ReadOnlyMemory<byte> Pixels,
    SeenPart Seen,
    ImmutableArray<PredictedTask> Tasks
);

/// <summary>What a task says of an image.</summary>
/// <param name="Task">The task.</param>
/// <param name="Labels">In the form of its labels: [columns], or of its first map [H, W, channels].</param>
/// <param name="Probabilities">
/// Of each attribute [columns] or of each class of a choice [classes]; none of a task that predicts pixels.
/// </param>
sealed record PredictedTask(LearningTask Task, float[] Labels, float[] Probabilities);
