using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Each class against everything else, pixel by pixel: binary cross-entropy over all pixels, void pixels being
/// negatives of every class (supplement, Table 2). The paper's tasks have one class each; a head of several is the
/// joint layout.
/// </summary>
public sealed record OneVsRest : ITargetRule
{
    const int MostClassesOfSubsets = 16;

    /// <summary>How experiment files name a segmentation by it.</summary>
    public static Entry<ITaskKind> Entry { get; } =
        Segmentation.By(
            new OneVsRest(),
            "one_vs_rest",
            "pixels of each class against all others",
            "paper Sec. 4.1, Cityscapes and NYUv2"
        );

    /// <inheritdoc/>
    public bool IsExclusive => false;

    /// <inheritdoc/>
    public Tensor Counted(Tensor labels) => ones_like(labels, ScalarType.Bool);

    /// <summary>Every class whose logit is at least 0.</summary>
    public Tensor Predicted(Tensor outputs) => outputs.ge(Scalars.Zero);

    /// <summary>Every subset but the empty one, which overlaps with nothing.</summary>
    public Tensor? Constants(int classes, Device device) =>
        classes > MostClassesOfSubsets
            ? null
            : arange(1, 1L << classes, device: device)
                .unsqueeze(1)
                .bitwise_right_shift(arange(classes, device: device))
                .bitwise_and(1)
                .to(ScalarType.Bool);

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor labels) =>
        nn.functional.binary_cross_entropy_with_logits(
            outputs,
            Segmentation.Planes(labels, outputs.shape[1]).to(outputs.dtype)
        );
}
