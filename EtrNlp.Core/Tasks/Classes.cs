using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>One class of several for every pixel: cross-entropy, void pixels ignored.</summary>
public sealed record Classes : ITargetRule
{
    internal const long Void = -1;

    /// <summary>How experiment files name a segmentation by it.</summary>
    public static Entry<ITaskKind> Entry { get; } =
        Segmentation.By(new Classes(), "classes", "one class of several for every pixel", "Liu et al. 2019 (MTAN)");

    /// <inheritdoc/>
    public bool IsExclusive => true;

    /// <inheritdoc/>
    public Tensor Counted(Tensor labels) => labels.ne(Scalars.Of(Void));

    /// <summary>The class of the largest output.</summary>
    public Tensor Predicted(Tensor outputs) => Segmentation.Planes(outputs.argmax(1, keepdim: true), outputs.shape[1]);

    /// <summary>Each class alone.</summary>
    public Tensor? Constants(int classes, Device device) => eye(classes, dtype: ScalarType.Bool, device: device);

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor labels)
    {
        var classes = labels.squeeze(1).to(ScalarType.Int64); // [N, H, W]
        return CrossEntropy(outputs, classes, Counted(classes));
    }

    /// <summary>
    /// The mean over what counts, 0 where nothing does: outputs [N, K, ...] against classes [N, ...], -1 where none
    /// counts.
    /// </summary>
    internal static Tensor CrossEntropy(Tensor outputs, Tensor classes, Tensor counted)
    {
        var sum = nn.functional.cross_entropy(outputs, classes, ignore_index: Void, reduction: nn.Reduction.Sum);
        return sum / counted.sum().clamp_min(Scalars.One);
    }
}
