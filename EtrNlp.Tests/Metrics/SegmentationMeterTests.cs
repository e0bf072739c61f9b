using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Metrics;

/// <summary>Overlaps of classes on images of 1x4 pixels.</summary>
public sealed class SegmentationMeterTests
{
    //  class of each pixel, -1 is void
    static readonly float[] Labels = [0, 0, 1, -1, /* second image */ 0, 0, 0, 0];

    // Logits of two classes: what is right everywhere, void included, where neither class is predicted.
    [TestCase(false)]
    [TestCase(true)]
    public void Predicting_the_label_itself_scores_1(bool exclusive)
    {
        using var meter = Measured(exclusive, Labels);

        Assert.That(meter.Values().Select(value => value.Value), Is.All.EqualTo(1));
    }

    // Always class 0, void included. One against the rest: class 0 has 2 of 4 pixels, then 4 of 4, IoU 1/2 and 1, mean 3/4; class 1 has a pixel in the
    // first image, IoU 0; the second has none. Class-wise (3/4 + 0) / 2; image-wise (1/2 + 0) / 2 and 1, mean 5/8; sums 6/8 and 0/1, mean 3/8.
    // Accuracy: 6 of 8 and 7 of 8. Exclusive, void left out: class 0 has 2 of 3, then 4 of 4, mean 5/6; image-wise (2/3 + 0) / 2 and 1, mean
    // 2/3; sums 6/7 and 0; 6 of 7 pixels right.
    [TestCase(false, 0.375, 0.625, 0.375, 0.8125)]
    [TestCase(true, 5 / 12.0, 2 / 3.0, 3 / 7.0, 6 / 7.0)]
    public void Predicting_one_class_scores_what_arithmetic_says(bool exclusive, double iou, double imageWise, double dataset, double accuracy)
    {
        using var meter = Measured(exclusive, new float[8]);

        var task = meter.Values().Where(value => value.Part.Length == 0).ToDictionary(value => value.Name, value => value.Value!.Value);

        Assert.That(
            new[] { task["iou"], task["iou_image_wise"], task["iou_dataset"], task["pixel_accuracy"] },
            Is.EqualTo(new[] { iou, imageWise, dataset, accuracy }).Within(1e-12));
    }

    // One against the rest, always "yes": class 0 has 2/4 and 4/4 of an image, mean 3/4; class 1 1/4 and 0, mean 1/8; over sums 6/8 and 1/8. The
    // majority is right on 6/8 and 7/8. Exclusive: the better class is 0, (2/3 + 4/4) / 2 = 5/6 of an image and 6/7 of the sums, over two classes; it
    // is right on 6/7.
    [TestCase(false, 0.4375, 0.4375, 0.8125)]
    [TestCase(true, 5 / 12.0, 3 / 7.0, 6 / 7.0)]
    public void The_best_constant_is_the_best_of_all_classes(bool exclusive, double iou, double dataset, double accuracy)
    {
        using var meter = Measured(exclusive, Labels);

        Assert.That(meter.BestConstant().Select(value => value.Value!.Value), Is.EqualTo(new[] { iou, dataset, accuracy }).Within(1e-12));
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

    static SegmentationMeter Measured(bool exclusive, float[] predicted)
    {
        using var scope = NewDisposeScope();
        var (labels, guesses) = (tensor(Labels, [2, 1, 1, 4]), tensor(predicted, [2, 1, 1, 4]));
        var meter = new SegmentationMeter(["a", "b"], exclusive ? new Classes() : new OneVsRest());
        meter.Add((Segmentation.Planes(guesses, 2).to(float32) * 2) - 1, labels);
        return meter;
    }
}
