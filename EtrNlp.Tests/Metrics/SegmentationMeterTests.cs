using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Metrics;

/// <summary>Overlaps of classes on images of 1x4 pixels.</summary>
public sealed class SegmentationMeterTests
{
    //  class of each pixel, -1 is void
    static readonly float[] Labels =
    [
        0,
        0,
        1,
        -1, /* second image */
        0,
        0,
        0,
        0,
    ];

    // Logits of two classes: what is right everywhere, void included, where neither class is predicted.
    [TestCase(false)]
    [TestCase(true)]
    public void Predicting_the_label_itself_scores_1(bool exclusive)
    {
        using var meter = Measured(exclusive, Labels);

        Assert.That(meter.Values().Select(value => value.Value), Is.All.EqualTo(1));
    }

    // Always class 0, void included. One against the rest: class 0 has 2 of 4 pixels, then 4 of 4, IoU 1/2 and 1, mean
    // 3/4; class 1 has a pixel in the first image, IoU 0; the second has none. Class-wise (3/4 + 0) / 2; image-wise
    // (1/2 + 0) / 2 and 1, mean 5/8; sums 6/8 and 0/1, mean 3/8. Accuracy: 6 of 8 and 7 of 8. Exclusive, void left out:
    // class 0 has 2 of 3, then 4 of 4, mean 5/6; image-wise (2/3 + 0) / 2 and 1, mean 2/3; sums 6/7 and 0; 6 of 7
    // pixels right.
    [TestCase(false, 0.375, 0.625, 0.375, 0.8125)]
    [TestCase(true, 5 / 12.0, 2 / 3.0, 3 / 7.0, 6 / 7.0)]
    public void Predicting_one_class_scores_what_arithmetic_says(
        bool exclusive,
        double iou,
        double imageWise,
        double dataset,
        double accuracy
    )
    {
        using var meter = Measured(exclusive, new float[8]);

        var task = meter
            .Values()
            .Where(value => value.Part.Length == 0)
            .ToDictionary(value => value.Name, value => value.Value!.Value);

        Assert.That(
            new[] { task["iou"], task["iou_image_wise"], task["iou_dataset"], task["pixel_accuracy"] },
            Is.EqualTo(new[] { iou, imageWise, dataset, accuracy }).Within(1e-12)
        );
    }

    // One against the rest, always "yes": class 0 has 2/4 and 4/4 of an image, mean 3/4; class 1 1/4 and 0, mean 1/8;
    // over sums 6/8 and 1/8. The majority is right on 6/8 and 7/8. Image-wise, of the images' classes and those
    // predicted: {0} has (1/2) / 2 and 1 / 1, mean 5/8; {1} (1/4) / 2 and 0 / 2, mean 1/16; {0, 1} (3/4) / 2 and 1 / 2,
    // mean 7/16. Exclusive: the better class is 0, (2/3 + 4/4) / 2 = 5/6 of an image and 6/7 of the sums, over two
    // classes; it is right on 6/7; image-wise it has (2/3) / 2 and 1, mean 2/3.
    [TestCase(false, 0.4375, 0.625, 0.4375, 0.8125)]
    [TestCase(true, 5 / 12.0, 2 / 3.0, 3 / 7.0, 6 / 7.0)]
    public void The_best_constant_is_the_best_of_all_classes(
        bool exclusive,
        double iou,
        double imageWise,
        double dataset,
        double accuracy
    )
    {
        using var meter = Measured(exclusive, Labels);

        Assert.That(
            meter.BestConstant().Select(value => value.Value!.Value),
            Is.EqualTo(new[] { iou, imageWise, dataset, accuracy }).Within(1e-12)
        );
    }

    // Half of the pixels of one image are of each class: one class has (1/2) / 2, both have (1/2 + 1/2) / 2.
    [Test]
    public void Several_classes_at_once_may_be_the_best_constant_image_wise()
    {
        using var scope = NewDisposeScope();
        using var meter = new SegmentationMeter(["a", "b"], new OneVsRest());
        meter.Add(zeros(1, 2, 1, 4), tensor([0f, 0, 1, 1], [1, 1, 1, 4]));

        Assert.That(ImageWise(meter.BestConstant()), Is.EqualTo(0.5).Within(1e-12));
    }

    // Three classes on batches of 4, 4 and 1 images, one of them void throughout: what a meter says of each constant,
    // one after the other.
    [TestCase(true)]
    [TestCase(false)]
    public void The_best_constant_image_wise_is_the_best_that_a_meter_measures(bool exclusive)
    {
        using var scope = NewDisposeScope();
        ITargetRule rule = exclusive ? new Classes() : new OneVsRest();
        var labels = (Draw.Gaussian("labels", 9, 1, 4, 4).abs() * 2).floor().clamp_max(3) - 1;
        labels[8] = -1;
        var constants = exclusive
            ? eye(3)
            : tensor(
                new float[,]
                {
                    { 0, 0, 0 },
                    { 1, 0, 0 },
                    { 0, 1, 0 },
                    { 0, 0, 1 },
                    { 1, 1, 0 },
                    { 1, 0, 1 },
                    { 0, 1, 1 },
                    { 1, 1, 1 },
                }
            );

        var measured = constants
            .unbind(0)
            .Select(constant => Measured((2 * constant - 1).view(1, 3, 1, 1).expand(9, 3, 4, 4)))
            .ToArray();

        Assert.That(
            measured.Select(one => one.Best).Distinct().Single(),
            Is.EqualTo(measured.Max(one => one.Own)).Within(1e-12).And.GreaterThan(0.1)
        );

        (double? Own, double? Best) Measured(Tensor outputs)
        {
            using var meter = new SegmentationMeter(["a", "b", "c"], rule);
            foreach (var (some, of) in outputs.split(4).Zip(labels.split(4)))
            {
                meter.Add(some, of);
            }

            return (ImageWise(meter.Values()), ImageWise(meter.BestConstant()));
        }
    }

    [Test]
    public void Where_classes_have_too_many_subsets_the_best_constant_image_wise_is_left_open()
    {
        using var scope = NewDisposeScope();
        using var meter = new SegmentationMeter([.. Enumerable.Range(0, 17).Select(c => $"{c}")], new OneVsRest());
        meter.Add(zeros(1, 17, 1, 4), zeros(1, 1, 1, 4));

        Assert.That(ImageWise(meter.BestConstant()), Is.Null);
        Assert.That(meter.BestConstant().Single(value => value.Name == "iou").Value, Is.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(true)]
    [NonParallelizable]
    public void It_frees_every_tensor_it_made(bool exclusive)
    {
        var kept = LiveTensors.KeptBy(() =>
        {
            using var meter = Measured(exclusive, Labels);
            meter.Values();
            meter.BestConstant();
        });

        Assert.That(kept, Is.LessThanOrEqualTo(0));
    }

    [Test]
    public void A_class_that_is_nowhere_has_no_value_and_does_not_count()
    {
        using var scope = NewDisposeScope();
        using var meter = new SegmentationMeter(["a", "b"], new OneVsRest());
        meter.Add(cat([ones(1, 1, 1, 4), -ones(1, 1, 1, 4)], 1), zeros(1, 1, 1, 4));

        var values = meter.Values();

        Assert.That(values.Single(value => (value.Part, value.Name) == ("b", "iou")).Value, Is.Null);
        Assert.That(values.Single(value => (value.Part, value.Name) == ("", "iou")).Value, Is.EqualTo(1));
    }

    static double? ImageWise(IEnumerable<MetricValue> values) =>
        values.Single(value => value is { Part: "", Name: "iou_image_wise" }).Value;

    static SegmentationMeter Measured(bool exclusive, float[] predicted)
    {
        using var scope = NewDisposeScope();
        var (labels, guesses) = (tensor(Labels, [2, 1, 1, 4]), tensor(predicted, [2, 1, 1, 4]));
        var meter = new SegmentationMeter(["a", "b"], exclusive ? new Classes() : new OneVsRest());
        meter.Add((Segmentation.Planes(guesses, 2).to(float32) * 2) - 1, labels);
        return meter;
    }
}
