using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// What a <see cref="SegmentationMeter"/> adds up over batches, by class: sums over the split, and means over the
/// images of each batch.
/// </summary>
sealed class Tally(double[,] sums)
{
    // What is of the whole batch stands in every column of its row.
    enum Row
    {
        Iou,
        IouBatches,
        ImageWise,
        ImageWiseBatches,
        Both,
        Either,
        Actual,
        Counted,
        Share,
        ShareBatches,
    }

    /// <summary>
    /// The sums of one batch, [rows, classes], from pixels by image and class: in both, in either, actual [N, classes]
    /// and counted [N, 1].
    /// </summary>
    public static Tensor Of(Tensor both, Tensor either, Tensor actual, Tensor counted)
    {
        var defined = either.gt(Scalars.Zero).to(ScalarType.Float64);
        var iou = both / either.clamp_min(Scalars.One); // 0 where not defined
        // [N, 1]
        var (hasClass, hasPixels) = (defined.amax([1], keepdim: true), counted.gt(Scalars.Zero).to(ScalarType.Float64));
        var ofImage = iou.sum(1, keepdim: true) / defined.sum(1, keepdim: true).clamp_min(Scalars.One);
        return stack([
            .. new[]
            {
                Mean(iou, defined),
                defined.amax([0]),
                Mean(ofImage, hasClass),
                hasClass.amax([0]),
                both.sum([0]),
                either.sum([0]),
                actual.sum([0]),
                counted.sum([0]),
                Mean(actual / counted.clamp_min(Scalars.One), hasPixels),
                hasPixels.amax([0]),
            }.Select(row => row.expand(both.shape[1])),
        ]);
    }

    /// <summary>The sums over all batches; null where there was none.</summary>
    public static Tally Read(Tensor? sums, int classes)
    {
        var read = new double[Enum.GetValues<Row>().Length, classes];
        if (sums is not null)
        {
            using var host = sums.cpu();
            Buffer.BlockCopy(host.data<double>().ToArray(), 0, read, 0, read.Length * sizeof(double));
        }

        return new Tally(read);
    }

    /// <summary>Class-wise per image, mean over batches.</summary>
    public double? Iou(int c) => Ratio(Row.Iou, Row.IouBatches, c);

    /// <summary>Image-wise over all classes, mean over batches.</summary>
    public double? IouImageWise => Ratio(Row.ImageWise, Row.ImageWiseBatches, 0);

    /// <summary>Over the whole split.</summary>
    public double? IouDataset(int c) => Ratio(Row.Both, Row.Either, c);

    /// <summary>The share of pixels on which a class is rightly predicted or rightly not.</summary>
    public double? BinaryAccuracy(int c) =>
        1 - ((At(Row.Either, c) - At(Row.Both, c)) / NullIfZero(At(Row.Counted, c)));

    /// <summary>The share of pixels whose one class is right.</summary>
    public double? Accuracy => Classes.Sum(c => At(Row.Both, c)) / NullIfZero(At(Row.Counted, 0));

    /// <summary>The share of the split's pixels; null where the class is nowhere.</summary>
    public double? Share(int c) => NullIfZero(At(Row.Actual, c)) / NullIfZero(At(Row.Counted, c));

    /// <summary>
    /// The share of an image's pixels, mean over a batch and over batches: the IoU of predicting the class everywhere.
    /// </summary>
    public double? ShareOfImages(int c) => NullIfZero(At(Row.Share, c)) / NullIfZero(At(Row.ShareBatches, c));

    /// <summary>The larger of the shares of a class and of all else.</summary>
    public double? Majority(int c) =>
        Math.Max(At(Row.Actual, c), At(Row.Counted, c) - At(Row.Actual, c)) / NullIfZero(At(Row.Counted, c));

    /// <summary>Classes that some pixel has.</summary>
    public int Present => Classes.Count(c => At(Row.Actual, c) > 0);

    /// <summary>The mean over classes that have a value.</summary>
    public double? Mean(Func<int, double?> of) => Classes.Average(of);

    /// <summary>The largest over classes.</summary>
    public double? Best(Func<int, double?> of) => Classes.Max(of);

    IEnumerable<int> Classes => Enumerable.Range(0, sums.GetLength(1));

    double At(Row row, int c) => sums[(int)row, c];

    double? Ratio(Row top, Row bottom, int c) => At(top, c) / NullIfZero(At(bottom, c));

    static double? NullIfZero(double value) => value == 0 ? null : value;

    // Over the images that count, by column.
    static Tensor Mean(Tensor values, Tensor counts) =>
        (values * counts).sum([0]) / counts.sum([0]).clamp_min(Scalars.One);
}
