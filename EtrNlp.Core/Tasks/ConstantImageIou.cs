using EtrNlp.Core.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// The image-wise IoU of predictions that are the same at each pixel. There the IoU of a predicted class is its share
/// of the image. An image scores the sum of these, over the number of classes that it has or the prediction names.
/// </summary>
/// <param name="predictions">The predictions to try, [predictions, classes], true or false; owned from here on.</param>
sealed class ConstantImageIou(Tensor predictions) : IDisposable
{
    Tensor? _sums; // [predictions], of means over the images of a batch
    Tensor? _batches; // [1], those with a pixel that counts

    /// <summary>Adds a batch: pixels by image and class [N, classes] and those that count [N, 1].</summary>
    public void Add(Tensor actual, Tensor counted)
    {
        var (named, hasPixels) = (predictions.to(ScalarType.Float64), counted.gt(Scalars.Zero).to(ScalarType.Float64));
        var shares = (actual / counted.clamp_min(Scalars.One)).matmul(named.t()); // [N, predictions]
        // [N, predictions]: classes that the image has and the prediction does not name, and those that it names
        var present = actual.gt(Scalars.Zero).to(ScalarType.Float64);
        var classes = present.matmul(named.neg().Plus(Scalars.One).t()).Plus(named.sum(1));
        var means = (shares / classes * hasPixels).sum([0]) / hasPixels.sum().clamp_min(Scalars.One);
        _sums = _sums is null ? means.DetachFromDisposeScope() : _sums.Plus_(means);
        var isBatch = hasPixels.amax([0]);
        _batches = _batches is null ? isBatch.DetachFromDisposeScope() : _batches.Plus_(isBatch);
    }

    /// <summary>The best of all, mean over batches; null where no pixel counted.</summary>
    public double? Best
    {
        get
        {
            using var scope = NewDisposeScope();
            return _batches is { } batches && batches.ToDouble() is > 0 and var count
                ? _sums!.max().ToDouble() / count
                : null;
        }
    }

    /// <summary>Frees the sums.</summary>
    public void Dispose()
    {
        predictions.Dispose();
        _sums?.Dispose();
        _batches?.Dispose();
    }
}
