using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EtrNlp.Core.Inspection;

/// <summary>How many images are of each class of a choice, and of how many that is unknown, which is NaN.</summary>
sealed class ChoiceStatistics(ImmutableArray<string> classes) : ILabelStatistics
{
    readonly long[] _images = new long[classes.Length];
    long _unknown;

    public void Add(ReadOnlySpan<float> values, string image)
    {
        if (float.IsNaN(values[0]))
        {
            _unknown++;
        }
        else
        {
            _images[(int)values[0]]++;
        }
    }

    public IReadOnlyList<StatisticsLine> Lines
    {
        get
        {
            var known = Math.Max(1, _images.Sum());
            var lines = classes.Select(
                (name, c) =>
                    new StatisticsLine(
                        name,
                        $"{Shown.Count(_images[c])} ({Shown.Percent((double)_images[c] / known)})"
                    )
            );
            return [.. lines, new StatisticsLine("unknown", Shown.Count(_unknown))];
        }
    }

    public IReadOnlyList<string> Problems =>
        classes.Where((_, c) => _images[c] == 0).ToArray() is { Length: > 0 } missing
            ? [$"no image is of class {Shown.List(missing)}"]
            : [];

    public JsonObject ToJson() =>
        new()
        {
            ["classes"] = new JsonObject(
                classes.Select((name, c) => KeyValuePair.Create(name, (JsonNode?)_images[c]))
            ),
            ["unknown"] = _unknown,
        };
}
