using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>What the label of a pixel says of each class of a segmentation.</summary>
public interface ITargetRule
{
    /// <summary>
    /// True where a pixel is predicted as exactly one class; false where each class is decided on its own.
    /// </summary>
    bool IsExclusive { get; }

    /// <summary>The pixels of labels [N, 1, H, W] that count, true or false.</summary>
    Tensor Counted(Tensor labels);

    /// <summary>The classes that outputs [N, classes, H, W] predict, true or false.</summary>
    Tensor Predicted(Tensor outputs);

    /// <summary>
    /// The predictions that are the same at each pixel and that may be the best of all such, [predictions, classes],
    /// true or false; null where they are too many to be tried.
    /// </summary>
    Tensor? Constants(int classes, Device device);

    /// <summary>The loss of outputs [N, classes, H, W] against labels [N, 1, H, W], a scalar.</summary>
    Tensor Loss(Tensor outputs, Tensor labels);
}
