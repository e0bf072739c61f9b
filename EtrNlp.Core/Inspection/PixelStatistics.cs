using System.Text.Json.Nodes;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>Range, mean and standard deviation of red, green and blue, from 0 to 1 as networks see them.</summary>
public sealed class PixelStatistics
{
    static readonly string[] Channels = ["red", "green", "blue"];

    readonly long[][] _counts = [.. Channels.Select(_ => new long[byte.MaxValue + 1])]; // of each value of a byte
    readonly Mistakes _blank = new(
        count => $"{Shown.Some(count, "image")} one colour only",
        "Look whether they were copied whole."
    );

    /// <summary>Counts one more image [H, W, 3].</summary>
    internal void Add(ReadOnlySpan<byte> pixels, string image)
    {
        var isBlank = true;
        for (var i = 0; i < pixels.Length; i += Channels.Length)
        {
            for (var channel = 0; channel < Channels.Length; channel++)
            {
                _counts[channel][pixels[i + channel]]++;
                isBlank &= pixels[i + channel] == pixels[channel];
            }
        }

        if (isBlank)
        {
            _blank.Add(image);
        }
    }

    /// <summary>What people read.</summary>
    public IReadOnlyList<StatisticsLine> Lines =>
        [
            .. Channels.Zip(
                _counts.Select(Of),
                (name, of) =>
                    new StatisticsLine(
                        name,
                        of is { } some
                            ? $"{Shown.Fraction(some.Mean)} ± {Shown.Fraction(some.Deviation)}, "
                                + $"{Shown.Number(Math.Round(some.Min, 3))} to {Shown.Number(Math.Round(some.Max, 3))}"
                            : "-"
                    )
            ),
        ];

    /// <summary>What may be wrong, each as a sentence.</summary>
    public IReadOnlyList<string> Problems => [.. new[] { _blank.Sentence }.OfType<string>()];

    /// <summary>What programs read.</summary>
    public JsonObject ToJson() =>
        new(
            Channels.Zip(
                _counts.Select(Of),
                (name, of) =>
                    KeyValuePair.Create(
                        name,
                        of is { } some
                            ? (JsonNode?)
                                new JsonObject
                                {
                                    ["mean"] = some.Mean,
                                    ["std"] = some.Deviation,
                                    ["min"] = some.Min,
                                    ["max"] = some.Max,
                                }
                            : null
                    )
            )
        );

    // Over all pixels; the deviation is that of these pixels themselves, divided by their number.
    static (double Mean, double Deviation, double Min, double Max)? Of(long[] counts)
    {
        var pixels = counts.Sum();
        if (pixels == 0)
        {
            return null;
        }

        var mean = counts.Select((count, value) => (double)count * value).Sum() / pixels;
        var variance = counts.Select((count, value) => count * (value - mean) * (value - mean)).Sum() / pixels;
        return (
            mean / byte.MaxValue,
            Math.Sqrt(variance) / byte.MaxValue,
            Array.FindIndex(counts, count => count > 0) / (double)byte.MaxValue,
            Array.FindLastIndex(counts, count => count > 0) / (double)byte.MaxValue
        );
    }
}
