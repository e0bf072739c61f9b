using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Datasets;

/// <summary>
/// What a run learned from, as hashes that do not depend on where the data lies or what its files are called: SHA-256
/// in lower-case hexadecimal.
/// </summary>
/// <param name="Rows">How many images there are in all splits.</param>
/// <param name="Labels">The columns and maps that tasks ask for, row by row.</param>
/// <param name="Splits">The split of each row.</param>
/// <param name="Pixels">The images as the network meets them, row by row.</param>
/// <param name="Sources">What other runs may be compared by.</param>
public sealed record DataDigest(int Rows, string Labels, string Splits, string Pixels, SourceDigest Sources)
{
    static readonly ValueType<string> Hash = Values.Text.Where(
        text => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigitLower),
        "a SHA-256 in lower-case hexadecimal"
    );

    static readonly Setting<int> RowsKey = new("rows", "images of all splits", Values.Integer(min: 0));
    static readonly Setting<string> LabelsKey = new(
        "labels",
        "hash of the labels that tasks ask for, row by row",
        Hash
    );
    static readonly Setting<string> SplitsKey = new("splits", "hash of the split of each row", Hash);
    static readonly Setting<string> PixelsKey = new("pixels", "hash of the images as the network meets them", Hash);
    static readonly Setting<string> TrainingKey = new(
        "training",
        "hash of the source images and labels of train, in no order",
        Hash,
        Cosmetic: true
    );
    static readonly Setting<string> EvaluationKey = new(
        "evaluation",
        "hash of those of val and test",
        Hash,
        Cosmetic: true
    );

    /// <summary>How it is written; what a run is compared by does not change what it computes.</summary>
    public static ValueType<DataDigest> Type { get; } =
        Values.Record(
            [RowsKey, LabelsKey, SplitsKey, PixelsKey, TrainingKey, EvaluationKey],
            values => new DataDigest(
                values.Get(RowsKey),
                values.Get(LabelsKey),
                values.Get(SplitsKey),
                values.Get(PixelsKey),
                new SourceDigest(values.Get(TrainingKey), values.Get(EvaluationKey))
            )
        );

    /// <summary>As it stands in files; the inverse of <see cref="Type"/>.</summary>
    public MapNode ToNode()
    {
        (Setting Key, string Value)[] entries =
        [
            (RowsKey, FormattableString.Invariant($"{Rows}")),
            (LabelsKey, Labels),
            (SplitsKey, Splits),
            (PixelsKey, Pixels),
            (TrainingKey, Sources.Training),
            (EvaluationKey, Sources.Evaluation),
        ];
        return new MapNode(
            [
                .. entries.Select(entry => new MapEntry(
                    entry.Key.Name,
                    new ScalarNode(entry.Value, Place.Default),
                    Place.Default,
                    entry.Key.Cosmetic
                )),
            ],
            Place.Default
        );
    }

    /// <summary>As it stands in results.</summary>
    public JsonObject ToJson() =>
        new(
            ToNode()
                .Entries.Select(entry =>
                    KeyValuePair.Create(
                        entry.Key,
                        (JsonNode?)(entry.Key == RowsKey.Name ? Rows : ((ScalarNode)entry.Value).Text)
                    )
                )
        );

    /// <summary>
    /// What of the data that a run was made from is other than here, in words; null where nothing is.
    /// </summary>
    public string? DifferenceFrom(DataDigest made)
    {
        if (Rows != made.Rows)
        {
            return FormattableString.Invariant($"it was made from {made.Rows:N0} rows and there are {Rows:N0}");
        }

        (string Name, bool IsOther)[] parts =
        [
            ("the labels", Labels != made.Labels),
            ("the splits", Splits != made.Splits),
            ("the pixels", Pixels != made.Pixels),
        ];
        string[] changed = [.. parts.Where(part => part.IsOther).Select(part => part.Name)];
        return changed.Length == 0 ? null
            : Sources != made.Sources ? $"{string.Join(" and ", changed)} are others"
            : changed is ["the pixels"]
                ? "the pixels are others, of the same image files: "
                    + "their rows stand in another order, or they are decoded otherwise"
            : "the rows stand in another order";
    }

    /// <summary>The hash of a text.</summary>
    internal static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The hash of bytes.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>
/// The source images of a dataset with their labels, whatever their order and the size they are brought to.
/// </summary>
/// <param name="Training">Hash of those of train.</param>
/// <param name="Evaluation">Hash of those of val and test.</param>
public sealed record SourceDigest(string Training, string Evaluation)
{
    /// <summary>That of what <see cref="DataDigest.ToJson"/> wrote; null where it is not there.</summary>
    public static SourceDigest? Of(JsonNode? data) =>
        data?["training"] is { } training && data["evaluation"] is { } evaluation
            ? new SourceDigest(training.GetValue<string>(), evaluation.GetValue<string>())
            : null;
}
