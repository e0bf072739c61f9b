using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Intersection over union in its three aggregations, and pixel accuracy: <c>iou</c> is per class the mean over a
/// batch's images that have the class or its prediction, then over batches, then over classes; <c>iou_image_wise</c> is
/// per image the mean over such classes, then over a batch's images, then over batches; <c>iou_dataset</c> divides sums
/// over the split. Accuracy is pooled over pixels. What is empty everywhere has no value.
/// </summary>
/// <param name="classes">The classes, in the order of the outputs.</param>
/// <param name="rule">Which pixels count, and what is predicted.</param>
public sealed class SegmentationMeter(ImmutableArray<string> classes, ITargetRule rule) : IMeter
{
    /// <summary>The group of its metrics.</summary>
    public const string Group = "segmentation";

    const string Iou = "iou";
    const string IouImageWise = "iou_image_wise";
    const string IouDataset = "iou_dataset";
    const string PixelAccuracy = "pixel_accuracy";

    /// <summary>What it measures.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } =
    [
        new(Iou, true, true),
        new(IouImageWise, true, false),
        new(IouDataset, true, false),
        new(PixelAccuracy, true, true),
    ];

    Tensor? _sums; // [rows of a Tally, classes]
    ConstantImageIou? _constants;

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var counted = rule.Counted(targets); // [N, 1, H, W]
        var actual = Segmentation.Planes(targets, classes.Length);
        var predicted = rule.Predicted(outputs) & counted;
        var (actualPixels, countedPixels) = (Pixels(actual), Pixels(counted));
        var sums = Tally.Of(Pixels(predicted & actual), Pixels(predicted | actual), actualPixels, countedPixels);
        _sums = _sums is null ? sums.DetachFromDisposeScope() : _sums.Plus_(sums);
        _constants ??= rule.Constants(classes.Length, targets.device)?.DetachFromDisposeScope() is { } constants
            ? new ConstantImageIou(constants)
            : null;
        _constants?.Add(actualPixels, countedPixels);
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> Values()
    {
        var tally = Tally.Read(_sums, classes.Length);
        (string Name, Func<int, double?> Of)[] perClass =
        [
            (Iou, tally.Iou),
            (IouDataset, tally.IouDataset),
            .. rule.IsExclusive ? Array.Empty<(string, Func<int, double?>)>() : [(PixelAccuracy, tally.BinaryAccuracy)],
        ];
        return
        [
            .. classes.SelectMany(
                (name, c) => perClass.Select(metric => new MetricValue(name, metric.Name, metric.Of(c)))
            ),
            .. MeterValues.OfTask([
                (Iou, tally.Mean(tally.Iou)),
                (IouImageWise, tally.IouImageWise),
                (IouDataset, tally.Mean(tally.IouDataset)),
                (PixelAccuracy, rule.IsExclusive ? tally.Accuracy : tally.Mean(tally.BinaryAccuracy)),
            ]),
        ];
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> BestConstant()
    {
        var tally = Tally.Read(_sums, classes.Length);
        return MeterValues.OfTask(
            rule.IsExclusive
                ?
                [
                    (Iou, tally.Best(tally.ShareOfImages) / tally.Present),
                    (IouImageWise, _constants?.Best),
                    (IouDataset, tally.Best(tally.Share) / tally.Present),
                    (PixelAccuracy, tally.Best(tally.Share)),
                ]
                :
                [
                    (Iou, tally.Mean(tally.ShareOfImages)),
                    (IouImageWise, _constants?.Best),
                    (IouDataset, tally.Mean(tally.Share)),
                    (PixelAccuracy, tally.Mean(tally.Majority)),
                ]
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sums?.Dispose();
        _constants?.Dispose();
    }

    static Tensor Pixels(Tensor planes) => planes.sum([2, 3]).to(ScalarType.Float64); // [N, classes]
}
