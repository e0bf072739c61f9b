using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

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

/// <summary>What a network saw of an image.</summary>
/// <param name="Image">The image's own size.</param>
/// <param name="Part">How it was scaled, and the part of that which the network saw.</param>
sealed record SeenPart(ImageSize Image, ScaledPart Part)
{
    /// <summary>All of an image of the network's size.</summary>
    internal static SeenPart All(ImageSize size) => new(size, ScaledPart.Whole(size));

    /// <summary>
    /// A map of what was seen, [h, w, pixelBytes], laid over the image, [H, W, pixelBytes].
    /// <paramref name="outside"/> stands where the network saw nothing.
    /// </summary>
    internal byte[] OverImage(ReadOnlySpan<byte> map, int pixelBytes, byte outside) =>
        NearestResize.Restore(map, pixelBytes, Part, Image, outside);
}

/// <summary>What a task says of an image.</summary>
/// <param name="Task">The task.</param>
/// <param name="Labels">In the form of its labels: [columns], or of its first map [H, W, channels].</param>
/// <param name="Probabilities">
/// Of each attribute [columns] or of each class of a choice [classes]; none of a task that predicts pixels.
/// </param>
sealed record PredictedTask(LearningTask Task, float[] Labels, float[] Probabilities);
