using System.Collections.Immutable;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Experiments;

/// <summary>
/// What the paper prints of an experiment, for comparisons: no part of what a run computes. All fractions are as in
/// <c>result.json</c>: 67.7 % is 0.677.
/// </summary>
/// <param name="Table">The table or figure: 2, S1, Figure 6.</param>
/// <param name="Row">Its row, in the paper's words, behind the problem where the table has several.</param>
/// <param name="Line">Where the row stands in the table, from 1, one problem after the other.</param>
/// <param name="Published">Metrics by their full names such as attributes.precision, and delta_p.</param>
/// <param name="Parameters">#P, to the digits that are printed; null where none is.</param>
/// <param name="Macs">#F of one image of 64x64, to the digits that are printed; null where none is.</param>
/// <param name="Note">What contradicts the row, or cannot be known of it; null where nothing does.</param>
/// <param name="Configuration">
/// The configuration of a sweep that it is of, by the name of its folder; null in an experiment's own row, and where
/// nobody can tell.
/// </param>
public sealed record PaperRow(
    string Table,
    string Row,
    int Line,
    ImmutableArray<KeyValuePair<string, double>> Published,
    double? Parameters,
    double? Macs,
    string? Note,
    string? Configuration = null
)
{
    /// <summary>Key of the relative improvement over the table's first row.</summary>
    public const string DeltaPName = "delta_p";

    /// <summary>Key of <see cref="Configuration"/>.</summary>
    public const string ConfigurationName = "configuration";

    const string Separator = ": ";

    static readonly string[] Figures = ["Figure 6", "Figure 8", "Figure S1"];

    static readonly GroupMetric[] Measurable =
    [
        .. TaskPresets
            .Names.SelectMany(name => TaskPresets.Find(name)!.Value)
            .SelectMany(task =>
                task.Kind.Metrics.Select(metric => new GroupMetric(
                    task.Kind.Group,
                    metric.Name,
                    metric.HigherIsBetter,
                    null
                ))
            )
            .Distinct(),
    ];

    static readonly string[] Metrics = [DeltaPName, .. Measurable.Select(metric => metric.FullName)];

    /// <summary>The tables of results, in the paper's order.</summary>
    public static IReadOnlyList<string> Tables { get; } =
        [.. Enumerable.Range(1, 7).Select(table => FormattableString.Invariant($"{table}")), "S1"];

    static readonly Setting<string> TableKey = new(
        "table",
        "table or figure of the paper",
        Values.Text.Where(
            name => Tables.Concat(Figures).Contains(name),
            $"one of {string.Join(", ", Tables.Concat(Figures))}"
        )
    );

    static readonly Setting<string> RowKey = new("row", "its row, in the paper's words", Values.Text);
    static readonly Setting<int> LineKey = new(
        "line",
        "where it stands in the table, one problem after the other",
        Values.Integer(min: 1),
        "1"
    );

    static readonly Setting<ImmutableArray<KeyValuePair<string, double>>> PublishedKey = new(
        "published",
        "its metrics by the names of result.json; fractions, so 67.7 % is 0.677",
        PublishedType,
        "{}"
    );

    static readonly Setting<double?> ParametersKey = new(
        "parameters",
        "#P as printed",
        Values.OptionalNumber(Values.Number(min: 1)),
        "null"
    );

    static readonly Setting<double?> MacsKey = new(
        "macs",
        "#F as printed, of an image of 64x64",
        Values.OptionalNumber(Values.Number(min: 1)),
        "null"
    );

    static readonly Setting<string?> NoteKey = new(
        "note",
        "what contradicts the row, or cannot be known of it",
        Values.Optional(Values.Text),
        "null"
    );

    static readonly Setting<string?> ConfigurationKey = new(
        ConfigurationName,
        "configuration of the sweep that it is of, by the name of its folder; absent where nobody can tell",
        Values.Optional(Values.Text),
        "null"
    );

    static readonly Setting[] Keys = [TableKey, RowKey, LineKey, PublishedKey, ParametersKey, MacsKey, NoteKey];

    /// <summary>The size of images that the printed #F are of: they fit no other.</summary>
    public static ImageSize CountedSize { get; } = new(64, 64);

    /// <summary>The type of a setting that holds an experiment's row.</summary>
    public static ValueType<PaperRow> Type { get; } = Values.Record(Keys, Create);

    /// <summary>The type of a row of a sweep.</summary>
    public static ValueType<PaperRow> TypeInSweep { get; } =
        Values.Record(
            [.. Keys, ConfigurationKey],
            values => Create(values) with { Configuration = values.Get(ConfigurationKey) }
        );

    /// <summary>What people call it: Table 2, ResNet18: Conv.</summary>
    public string Title => $"{(Figures.Contains(Table) ? "" : "Table ")}{Table}, {Row}";

    /// <summary>What stands before the colon of the row, such as ResNet18; nothing where there is none.</summary>
    public string Problem => Row.Contains(Separator, StringComparison.Ordinal) ? Row.Split(Separator)[0] : "";

    /// <summary>What stands behind it.</summary>
    public string Method => Row[(Problem.Length == 0 ? 0 : Problem.Length + Separator.Length)..];

    /// <summary>What is published of a metric, or of delta_p; null where nothing is.</summary>
    public double? Of(string name) =>
        Published.Where(pair => pair.Key == name).Select(pair => (double?)pair.Value).FirstOrDefault();

    /// <summary>The published metrics, as delta_p compares them.</summary>
    public ImmutableArray<GroupMetric> Measured =>
        [
            .. from pair in Published
            where pair.Key != DeltaPName
            select Measurable.First(metric => metric.FullName == pair.Key) with { Value = pair.Value },
        ];

    static PaperRow Create(SettingValues values) =>
        new(
            values.Get(TableKey),
            values.Get(RowKey),
            values.Get(LineKey),
            values.Get(PublishedKey),
            values.Get(ParametersKey),
            values.Get(MacsKey),
            values.Get(NoteKey)
        );

    static ValueType<ImmutableArray<KeyValuePair<string, double>>> PublishedType
    {
        get
        {
            var numbers = Mappings.Of(Values.Number());
            return numbers with
            {
                Schema = () =>
                {
                    var schema = numbers.Schema();
                    schema["propertyNames"] = new JsonObject { ["enum"] = Schemas.Words(Metrics)["enum"]!.DeepClone() };
                    return schema;
                },
                Read = (node, key, reading) =>
                {
                    var entries = (node as MapNode)?.Entries ?? [];
                    var unknown = entries.Where(entry => !Metrics.Contains(entry.Key)).ToArray();
                    foreach (var entry in unknown)
                    {
                        var hint = NearestName.Hint(entry.Key, Metrics);
                        reading.Complain(entry.Place, Section.Join(key, entry.Key), $"there is no such metric{hint}");
                    }

                    return numbers.Read(node, key, reading) is { } read && unknown.Length == 0 ? read : null;
                },
            };
        }
    }
}
