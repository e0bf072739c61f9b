using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Precision, recall, F and accuracy of binary attributes over the known labels of a whole split (Sec. 4.1). An
/// attribute is predicted where its logit is at least 0; 1e-7 in the denominators makes one that is never true count 0.
/// One without a known label has no value.
/// </summary>
public sealed class AttributeMeter(ImmutableArray<string> attributes) : IMeter
{
    /// <summary>Guards the denominators.</summary>
    public const double Epsilon = 1e-7;

    /// <summary>What it measures.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } =
    [new("precision", true, true), new("recall", true, true), new("f", true, true), new("accuracy", true, false)];

    readonly Counts _counts = new(5, attributes.Length); // true positives, predicted, true, right, known

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var known = targets.isnan().logical_not();
        var predicted = outputs.ge(Scalars.Zero) & known;
        var actual = targets.gt(Scalars.Of(0.5)); // of no unknown one
        _counts.Add(predicted & actual, predicted, actual, predicted.eq(actual) & known, known);
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> Values()
    {
        var counts = _counts.Read();
        var perAttribute = attributes
            .Select((_, a) => Scores(counts[0, a], counts[1, a], counts[2, a], counts[3, a], counts[4, a]))
            .ToArray();
        return
        [
            .. perAttribute.SelectMany(
                (scores, a) => scores.Select(score => new MetricValue(attributes[a], score.Name, score.Value))
            ),
            .. Mean(perAttribute),
        ];
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> BestConstant()
    {
        var counts = _counts.Read();
        return Mean([
            .. attributes.Select(
                (_, a) =>
                {
                    var (actual, known) = (counts[2, a], counts[4, a]);
                    return Scores(actual, known, actual, Math.Max(actual, known - actual), known);
                }
            ),
        ]);
    }

    /// <inheritdoc/>
    public void Dispose() => _counts.Dispose();

    /// <summary>The harmonic mean of precision and recall, a fraction.</summary>
    internal static double F(long truePositives, long predicted, long actual)
    {
        var (precision, recall) = (truePositives / (predicted + Epsilon), truePositives / (actual + Epsilon));
        return 2 * precision * recall / (precision + recall + Epsilon);
    }

    static (string Name, double? Value)[] Scores(
        long truePositives,
        long predicted,
        long actual,
        long right,
        long known
    ) =>
        [
            ("precision", known > 0 ? truePositives / (predicted + Epsilon) : null),
            ("recall", known > 0 ? truePositives / (actual + Epsilon) : null),
            ("f", known > 0 ? F(truePositives, predicted, actual) : null),
            ("accuracy", known > 0 ? (double)right / known : null),
        ];

    static ImmutableArray<MetricValue> Mean((string Name, double? Value)[][] perAttribute) =>
        MeterValues.OfTask(
            perAttribute[0].Select((score, m) => (score.Name, perAttribute.Average(scores => scores[m].Value)))
        );
}
