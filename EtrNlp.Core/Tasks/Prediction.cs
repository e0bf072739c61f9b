using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>What a task says of the images of a batch, in the form of its labels.</summary>
/// <param name="Labels">
/// [N, columns], or the first of its maps, [N, channels, H, W]; a class is a position, -1 where there is none.
/// </param>
/// <param name="Probabilities">
/// Of each attribute [N, columns] or of each class of a choice [N, classes]; null of a task that predicts pixels.
/// </param>
public sealed record Prediction(Tensor Labels, Tensor? Probabilities = null);
