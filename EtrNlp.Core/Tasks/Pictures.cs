using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// What a task says of the pixels of a batch, to be looked at: [N, 3 or 1, H, W] from 0 to 1.
/// </summary>
/// <param name="Label">What is true; black where it is not known.</param>
/// <param name="Prediction">What the network says.</param>
/// <param name="Error">How far off that is; black where it is right.</param>
public sealed record Pictures(Tensor Label, Tensor Prediction, Tensor Error);
