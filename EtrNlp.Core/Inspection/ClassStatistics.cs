using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Inspection;

/// <summary>How many pixels each class has, and in how many images it occurs.</summary>
/// <param name="classes">Their names, by number.</param>
/// <param name="isExclusive">
/// True where a pixel of none of them is void; false where it belongs to the rest, which is a label too.
/// </param>
sealed class ClassStatistics(ImmutableArray<string> classes, bool isExclusive) : ILabelStatistics
{
    readonly long[] _pixels = new long[classes.Length + 1]; // the last are those of no class
    readonly long[] _images = new long[classes.Length];
    readonly Mistakes _empty = new(
        count => $"{Shown.Some(count, "map")} no pixel of a known class",
        "Nothing is learned from them."
    );

    public void Add(ReadOnlySpan<float> values, string image)
    {
        Span<long> found = new long[_pixels.Length];
        foreach (var value in values)
        {
            found[value < 0 ? classes.Length : (int)value]++;
        }

        for (var c = 0; c < _pixels.Length; c++)
        {
            _pixels[c] += found[c];
            if (c < classes.Length && found[c] > 0)
            {
                _images[c]++;
            }
        }

        if (isExclusive && found[classes.Length] == values.Length)
        {
            _empty.Add(image);
        }
    }

    public IReadOnlyList<StatisticsLine> Lines =>
        [
            .. classes.Append(Rest).Select((name, c) => new StatisticsLine(name, Shown.Percent(Share(c)))),
        ];

    public IReadOnlyList<string> Problems
    {
        get
        {
            var missing = classes.Where((_, c) => _pixels[c] == 0).ToArray();
            string?[] problems =
            [
                missing.Length == 0 ? null : $"no pixel is of class {Shown.List(missing)}",
                _empty.Sentence,
            ];
            return [.. problems.OfType<string>()];
        }
    }

    public JsonObject ToJson() =>
        new()
        {
            ["classes"] = new JsonObject(
                classes.Select(
                    (name, c) =>
                        KeyValuePair.Create(
                            name,
                            (JsonNode?)new JsonObject { ["share"] = Share(c), ["images"] = _images[c] }
                        )
                )
            ),
            [Rest] = Share(classes.Length),
        };

    string Rest => isExclusive ? "void" : "rest";

    double Share(int c) => (double)_pixels[c] / Math.Max(1, _pixels.Sum());
}
