using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>The class of every pixel; the rule says what a label means for each class.</summary>
public sealed record Segmentation(ImmutableArray<string> ClassNames, ITargetRule Rule) : ITaskKind
{
    /// <inheritdoc/>
    public ImmutableArray<string> Columns => [];

    /// <inheritdoc/>
    public ImmutableArray<PixelMap> Maps => [new PixelMap.Classes(ClassNames)];

    /// <inheritdoc/>
    public ImmutableArray<string> Parts => ClassNames;

    /// <inheritdoc/>
    public string Group => SegmentationMeter.Group;

    /// <inheritdoc/>
    public ImmutableArray<MetricKind> Metrics => SegmentationMeter.Kinds;

    /// <inheritdoc/>
    public string? ChoosesCheckpoint => null;

    /// <summary>How experiment files name a segmentation by a rule.</summary>
    internal static Entry<ITaskKind> By(ITargetRule rule, string name, string summary, string reference) =>
        new(name, summary, reference, [ClassList.Key], values => new Segmentation(values.Get(ClassList.Key), rule));

    /// <summary>Classes by number, [N, 1, H, W], as a plane per class, [N, classes, H, W], true or false.</summary>
    public static Tensor Planes(Tensor labels, long classes) =>
        labels.eq(arange(Scalars.Of(classes), dtype: labels.dtype, device: labels.device).view(1, classes, 1, 1));

    /// <inheritdoc/>
    public LayerPlan Head(string name, FeatureShape features, Owner owner) =>
        DenseHead.Plan(name, features, ClassNames.Length, owner);

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor targets) => Rule.Loss(outputs, targets);

    /// <inheritdoc/>
    public IMeter NewMeter() => new SegmentationMeter(ClassNames, Rule);

    /// <summary>Of several classes that are predicted the likeliest.</summary>
    public Prediction Predict(Tensor outputs) => new(Likeliest(outputs, Rule.Predicted(outputs)));

    /// <summary>
    /// Each class in its colour, of several that are predicted the likeliest; a pixel is wrong where it is for any
    /// class.
    /// </summary>
    public Pictures? Show(Tensor outputs, Tensor targets)
    {
        var predicted = Rule.Predicted(outputs); // [N, classes, H, W]
        var wrong = predicted.ne(Planes(targets, ClassNames.Length)).any(1, keepdim: true) & Rule.Counted(targets);
        return new Pictures(
            ClassColours.Of(targets, ClassNames.Length),
            ClassColours.Of(Likeliest(outputs, predicted), ClassNames.Length),
            wrong
        );
    }

    // [N, 1, H, W], -1 where no class is predicted.
    static Tensor Likeliest(Tensor outputs, Tensor predicted) =>
        outputs.argmax(1, keepdim: true).masked_fill(predicted.any(1, keepdim: true).logical_not(), Scalars.Of(-1));
}
