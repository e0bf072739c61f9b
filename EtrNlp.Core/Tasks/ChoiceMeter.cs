using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Accuracy, and F of each class over a whole split, over the images whose class is known. The class of the largest
/// output is predicted. The task's F is the mean over classes, of which one that is nowhere counts 0.
/// </summary>
public sealed class ChoiceMeter(ImmutableArray<string> classes) : IMeter
{
    /// <summary>The group of its metrics.</summary>
    public const string Group = "choice";

    /// <summary>The metric that chooses a checkpoint.</summary>
    internal const string F = "f";

    const string Accuracy = "accuracy";

    /// <summary>What it measures.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } = [new(F, true, true), new(Accuracy, true, true)];

    readonly Counts _counts = new(3, classes.Length); // true positives, predicted, true

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var labels = Choice.ClassesOf(targets).unsqueeze(1); // [N, 1]
        var numbers = arange(Scalars.Of(classes.Length), dtype: labels.dtype, device: labels.device);
        var actual = labels.eq(numbers); // [N, classes]
        var known = labels.ne(Scalars.Of(Classes.Void));
        var predicted = outputs.argmax(1, keepdim: true).eq(numbers) & known;
        _counts.Add(predicted & actual, predicted, actual);
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> Values()
    {
        var counts = _counts.Read();
        var known = Known(counts);
        double?[] f =
        [
            .. classes.Select(double? (_, c) =>
                known > 0 ? AttributeMeter.F(counts[0, c], counts[1, c], counts[2, c]) : null
            ),
        ];
        return
        [
            .. classes.Select((name, c) => new MetricValue(name, F, f[c])),
            .. MeterValues.OfTask([(F, f.Average()), (Accuracy, Sum(counts, 0) / known)]),
        ];
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> BestConstant()
    {
        var counts = _counts.Read();
        var known = Known(counts);
        var most = classes.Select((_, c) => counts[2, c]).Max();
        return MeterValues.OfTask([
            (F, known is { } all ? AttributeMeter.F(most, (long)all, most) / classes.Length : null),
            (Accuracy, most / known),
        ]);
    }

    /// <inheritdoc/>
    public void Dispose() => _counts.Dispose();

    // Null rather than 0, which nothing can be divided by.
    double? Known(long[,] counts) => Sum(counts, 2) is > 0 and var known ? known : null;

    double Sum(long[,] counts, int row) => classes.Select((_, c) => counts[row, c]).Sum();
}
