using System.Text.Json.Nodes;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>Where normals point on average, and how many are unknown, which are 0, 0, 0.</summary>
sealed class NormalStatistics : ILabelStatistics
{
    const int Axes = 3;

    readonly double[] _sum = new double[Axes];
    readonly Mistakes _empty = new(
        count => $"{Shown.Some(count, "map")} no pixel of known normal",
        "Nothing is learned from them."
    );
    long _known;
    long _pixels;

    public void Add(ReadOnlySpan<float> values, string image)
    {
        var before = _known;
        for (var i = 0; i < values.Length; i += Axes)
        {
            var normal = values.Slice(i, Axes);
            _known += normal.ContainsAnyExcept(0) ? 1 : 0;
            for (var axis = 0; axis < Axes; axis++)
            {
                _sum[axis] += normal[axis];
            }
        }

        _pixels += values.Length / Axes;
        if (_known == before)
        {
            _empty.Add(image);
        }
    }

    public IReadOnlyList<StatisticsLine> Lines =>
        [
            new("mean direction", string.Join(", ", Direction()?.Select(Shown.Fraction) ?? ["-"])),
            new("unknown", Shown.Percent(Unknown)),
        ];

    public IReadOnlyList<string> Problems => [.. new[] { _empty.Sentence }.OfType<string>()];

    public JsonObject ToJson() =>
        new()
        {
            ["mean_direction"] = Direction() is { } mean
                ? new JsonArray([.. mean.Select(part => (JsonNode?)part)])
                : null,
            ["unknown"] = Unknown,
        };

    double Unknown => (double)(_pixels - _known) / Math.Max(1, _pixels);

    // Null where none is known, or where they cancel out.
    double[]? Direction()
    {
        var length = Math.Sqrt(_sum.Sum(part => part * part));
        return length == 0 ? null : [.. _sum.Select(part => part / length)];
    }
}
