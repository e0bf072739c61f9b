using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// Precision, recall, F and accuracy of binary attributes over a whole split (Sec. 4.1). An attribute is predicted
/// where its logit is at least 0; 1e-7 in the denominators makes an attribute that is never true count 0.
/// </summary>
public sealed class AttributeMeter(ImmutableArray<string> attributes) : IMeter
{
    /// <summary>Guards the denominators.</summary>
    public const double Epsilon = 1e-7;

    /// <summary>What it measures.</summary>
    public static ImmutableArray<MetricKind> Kinds { get; } =
    [new("precision", true, true), new("recall", true, true), new("f", true, true), new("accuracy", true, false)];

    Tensor? _counts; // [4, attributes]: true positives, predicted, true, right

    long _images;

    /// <inheritdoc/>
    public void Add(Tensor outputs, Tensor targets)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var predicted = outputs.ge(Scalars.Zero);
        var actual = targets.gt(Scalars.Of(0.5));
        var counts = stack([predicted & actual, predicted, actual, predicted.eq(actual)])
            .sum(1, type: ScalarType.Int64); // [4, attributes]
        _images += outputs.shape[0];
        if (_counts is null)
        {
            _counts = counts.DetachFromDisposeScope();
        }
        else
        {
            _counts.Plus_(counts);
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<MetricValue> Values()
    {
        var counts = Counts();
        var perAttribute = attributes
            .Select((_, a) => Scores(counts[0, a], counts[1, a], counts[2, a], counts[3, a]))
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
        var counts = Counts();
        return Mean([
            .. attributes.Select(
                (_, a) =>
                {
                    var always = Scores(counts[2, a], _images, counts[2, a], counts[2, a]);
                    var majority = (double)Math.Max(counts[2, a], _images - counts[2, a]) / _images;
                    return always.Select(score => score.Name == "accuracy" ? (score.Name, majority) : score).ToArray();
                }
            ),
        ]);
    }

    /// <inheritdoc/>
    public void Dispose() => _counts?.Dispose();

    long[,] Counts()
    {
        var counts = new long[4, attributes.Length];
        if (_counts is not null)
        {
            using var host = _counts.cpu();
            Buffer.BlockCopy(host.data<long>().ToArray(), 0, counts, 0, counts.Length * sizeof(long));
        }

        return counts;
    }

    (string Name, double Value)[] Scores(long truePositives, long predicted, long actual, long right)
    {
        var precision = truePositives / (predicted + Epsilon);
        var recall = truePositives / (actual + Epsilon);
        return
        [
            ("precision", precision),
            ("recall", recall),
            ("f", 2 * precision * recall / (precision + recall + Epsilon)),
            ("accuracy", (double)right / Math.Max(1, _images)),
        ];
    }

    static ImmutableArray<MetricValue> Mean((string Name, double Value)[][] perAttribute) =>
        [
            .. perAttribute[0]
                .Select((score, m) => new MetricValue("", score.Name, perAttribute.Average(scores => scores[m].Value))),
        ];
}
