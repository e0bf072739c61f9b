using System.Collections.Immutable;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// One class of several for an image: a linear head of as many outputs, cross-entropy, mean over the known labels of a
/// batch.
/// </summary>
/// <param name="Column">The dataset's column of class names.</param>
/// <param name="Choices">The classes, in the order of the outputs.</param>
public sealed record Choice(string Column, ImmutableArray<string> Choices) : ITaskKind
{
    const int MostClasses = 255; // a label is a byte, of which one value stands for unknown

    static readonly Setting<string> ColumnKey = new("column", "the dataset's column of class names", Values.Text);

    static readonly Setting<ImmutableArray<string>> ClassesKey = new(
        "classes",
        "the names that the column may hold, in the order of the outputs",
        Values
            .List(Values.Text, min: 2)
            .Where(
                names => names.Length <= MostClasses && names.Distinct().Count() == names.Length,
                FormattableString.Invariant($"a list of 2 to {MostClasses} different names")
            )
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<ITaskKind> Entry { get; } =
        new(
            "choice",
            "one class of several for an image",
            "common practice: cross-entropy",
            [ColumnKey, ClassesKey],
            values => new Choice(values.Get(ColumnKey), values.Get(ClassesKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<string> Columns => [Column];

    /// <inheritdoc/>
    public ImmutableArray<PixelMap> Maps => [];

    /// <inheritdoc/>
    public ImmutableArray<string> Parts => Choices;

    /// <inheritdoc/>
    public string Group => ChoiceMeter.Group;

    /// <inheritdoc/>
    public ImmutableArray<MetricKind> Metrics => ChoiceMeter.Kinds;

    /// <inheritdoc/>
    public string? ChoosesCheckpoint => ChoiceMeter.F;

    /// <inheritdoc/>
    public LayerPlan Head(string name, FeatureShape features, Owner owner) =>
        new LinearPlan(name, features, Choices.Length, owner);

    /// <inheritdoc/>
    public Tensor Loss(Tensor outputs, Tensor targets)
    {
        var classes = ClassesOf(targets);
        return Classes.CrossEntropy(outputs, classes, classes.ne(Scalars.Of(Classes.Void)));
    }

    /// <inheritdoc/>
    public IMeter NewMeter() => new ChoiceMeter(Choices);

    /// <summary>The class of the largest output.</summary>
    public Prediction Predict(Tensor outputs) =>
        new(outputs.argmax(1, keepdim: true), outputs.softmax(1));

    /// <inheritdoc/>
    public Pictures? Show(Tensor outputs, Tensor targets) => null;

    /// <summary>Positions of classes, [N, 1], NaN where unknown, as integers [N], -1 where unknown.</summary>
    internal static Tensor ClassesOf(Tensor targets) =>
        targets.squeeze(1).nan_to_num(Classes.Void).to(ScalarType.Int64);
}
