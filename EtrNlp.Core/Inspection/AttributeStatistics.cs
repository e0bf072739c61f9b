using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EtrNlp.Core.Inspection;

/// <summary>How often each binary column is 1, 0 or unknown, which is NaN.</summary>
sealed class AttributeStatistics(ImmutableArray<string> columns) : ILabelStatistics
{
    readonly long[] _positive = new long[columns.Length];
    readonly long[] _negative = new long[columns.Length];
    readonly long[] _unknown = new long[columns.Length];

    public void Add(ReadOnlySpan<float> values, string image)
    {
        for (var c = 0; c < values.Length; c++)
        {
            var counted =
                float.IsNaN(values[c]) ? _unknown
                : values[c] > 0.5f ? _positive
                : _negative;
            counted[c]++;
        }
    }

    public IReadOnlyList<StatisticsLine> Lines =>
        [.. columns.Select((column, c) => new StatisticsLine(column, Text(c)))];

    public IReadOnlyList<string> Problems
    {
        get
        {
            (Func<int, bool> IsSo, string What)[] kinds =
            [
                (c => Known(c) == 0 && _unknown[c] > 0, "is known of no image"),
                (c => Known(c) > 0 && _positive[c] == 0, "has no positive"),
                (c => Known(c) > 0 && _negative[c] == 0, "has no negative"),
            ];
            return
            [
                .. kinds
                    .Select(kind => (kind.What, Names: columns.Where((_, c) => kind.IsSo(c)).ToArray()))
                    .Where(found => found.Names.Length > 0)
                    .Select(found => $"column {Shown.List(found.Names)} {found.What}"),
            ];
        }
    }

    public JsonObject ToJson() =>
        new(
            columns.Select(
                (column, c) =>
                    KeyValuePair.Create(
                        column,
                        (JsonNode?)
                            new JsonObject
                            {
                                ["positive"] = _positive[c],
                                ["negative"] = _negative[c],
                                ["unknown"] = _unknown[c],
                            }
                    )
            )
        );

    long Known(int column) => _positive[column] + _negative[column];

    string Text(int c)
    {
        var share = Known(c) == 0 ? "" : $" ({Shown.Percent((double)_positive[c] / Known(c))})";
        var unknown = _unknown[c] == 0 ? "" : $", {Shown.Count(_unknown[c])} unknown";
        return $"{Shown.Count(_positive[c])} of {Shown.Count(Known(c))}{share}{unknown}";
    }
}
