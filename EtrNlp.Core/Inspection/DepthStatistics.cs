using System.Text.Json.Nodes;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>The range of depth and how much of it is unknown, which is where it is 0.</summary>
sealed class DepthStatistics : ILabelStatistics
{
    const int DroppedBits = 11; // of 23 after the binary point: bins are at most 1/4096 of their depth wide
    const int FewestPixels = 4096; // of fewer nobody can tell how finely they were measured
    const int ByteValues = byte.MaxValue;

    readonly long[] _bins = new long[1 << (31 - DroppedBits)]; // by the upper bits of a positive number
    readonly HashSet<float> _different = [];
    readonly Mistakes _empty = new(
        count => $"{Shown.Some(count, "map")} no pixel of known depth",
        "Nothing is learned from them."
    );
    long _known;
    long _unknown;
    float _min = float.PositiveInfinity;
    float _max;

    public void Add(ReadOnlySpan<float> values, string image)
    {
        var before = _known;
        foreach (var depth in values)
        {
            if (!(depth > 0))
            {
                continue;
            }

            _known++;
            _bins[BitConverter.SingleToInt32Bits(depth) >> DroppedBits]++;
            (_min, _max) = (Math.Min(_min, depth), Math.Max(_max, depth));
            if (_different.Count <= ByteValues)
            {
                _different.Add(depth);
            }
        }

        _unknown += values.Length - (_known - before);
        if (_known == before)
        {
            _empty.Add(image);
        }
    }

    public IReadOnlyList<StatisticsLine> Lines =>
        [
            new("min", Shown.Number(Known(_min))),
            new("median", Shown.Number(Known(Median()))),
            new("max", Shown.Number(Known(_max))),
            new("unknown", Shown.Percent(Unknown)),
        ];

    public IReadOnlyList<string> Problems
    {
        get
        {
            string?[] problems =
            [
                _known >= FewestPixels && _different.Count <= ByteValues
                    ? $"all depths are among {_different.Count} values, as if a conversion had kept 8 bits of 16"
                    : null,
                _empty.Sentence,
            ];
            return [.. problems.OfType<string>()];
        }
    }

    public JsonObject ToJson() =>
        new()
        {
            ["min"] = Known(_min),
            ["median"] = Known(Median()),
            ["max"] = Known(_max),
            ["unknown"] = Unknown,
        };

    double Unknown => (double)_unknown / Math.Max(1, _known + _unknown);

    float? Known(float value) => _known == 0 ? null : value;

    // The lower edge of the bin in which half of the known pixels are reached.
    float Median()
    {
        var (bin, seen) = (0, 0L);
        while (bin < _bins.Length - 1 && 2 * (seen + _bins[bin]) < _known)
        {
            seen += _bins[bin++];
        }

        return Math.Max(_min, BitConverter.Int32BitsToSingle(bin << DroppedBits));
    }
}
