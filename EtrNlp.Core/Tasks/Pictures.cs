using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// What a task says of the pixels of a batch, to be looked at: label, prediction and error, [N, 3 or 1, H, W] from 0 to
/// 1. Black is a label that is not known, and no error.
/// </summary>
public sealed record Pictures(Tensor Label, Tensor Prediction, Tensor Error);
