using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// What a yes counts beside a no in the loss of attributes: the same for every column, by column, or so that both count
/// alike in training.
/// </summary>
/// <param name="Same">That of every column; null where it is given otherwise.</param>
/// <param name="ByColumn">Those of some columns; it is 1 for the others.</param>
/// <param name="IsBalanced">Whether it is the number of no over that of yes.</param>
public sealed record PositiveWeight(
    double? Same,
    ImmutableArray<KeyValuePair<string, double>> ByColumn,
    bool IsBalanced = false
)
{
    const string Balanced = "balanced";

    static readonly ValueType<double> Weight = Values.Number(0.001, 1_000_000);

    static readonly string Expected = $"{Weight.Expected}, such numbers by column, or '{Balanced}'";

    internal static Setting<PositiveWeight?> Key { get; } =
        new(
            "pos_weight",
            "what a yes counts beside a no; balanced: the known no over the known yes of train",
            Values.Optional(
                new ValueType<PositiveWeight>(
                    Expected,
                    () =>
                        Schemas.Either(
                            Weight.Schema(),
                            new JsonObject { ["type"] = "object", ["additionalProperties"] = Weight.Schema() },
                            Schemas.Words([Balanced])
                        ),
                    Read
                )
            ),
            "null",
            Added: true
        );

    /// <summary>The weight of each column; of balanced ones 1, which only the data can say better.</summary>
    /// <exception cref="InvalidSettingException">One is given for a column that is not there.</exception>
    public ImmutableArray<double> Of(ImmutableArray<string> columns) =>
        ByColumn.FirstOrDefault(pair => !columns.Contains(pair.Key)) is { Key: { } stranger }
            ? throw new InvalidSettingException(
                Key.Name,
                $"the task has no column '{stranger}'{NearestName.Hint(stranger, columns)}"
            )
            :
            [
                .. columns.Select(column =>
                    ByColumn.Where(pair => pair.Key == column).Select(pair => pair.Value).FirstOrDefault(Same ?? 1)
                ),
            ];

    /// <summary>
    /// Those of some tasks on one line, by column however columns are divided into tasks: "red 3, round balanced", or
    /// "1" where every yes counts 1.
    /// </summary>
    public static string TextOf(IEnumerable<ITaskKind> kinds)
    {
        var weights = kinds
            .OfType<Attributes>()
            .Where(kind => kind.PosWeight is not null)
            .SelectMany(kind => kind.Columns.Zip(kind.PosWeights, (column, x) => (column, Text(kind.PosWeight!, x))))
            .Where(weight => weight.Item2 != "1")
            .OrderBy(weight => weight.column, StringComparer.Ordinal)
            .Select(weight => $"{weight.column} {weight.Item2}");
        return string.Join(", ", weights.DefaultIfEmpty("1"));

        static string Text(PositiveWeight weight, double ofColumn) =>
            weight.IsBalanced ? Balanced : ofColumn.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The weight of each column; 1 where training images all say the same of one that is balanced.</summary>
    public ImmutableArray<double> Of(ImmutableArray<string> columns, TaskLabels labels) =>
        IsBalanced
            ?
            [
                .. labels
                    .CountTraining()
                    .Select(count => count is { Yes: > 0, No: > 0 } ? (double)count.No / count.Yes : 1),
            ]
            : Of(columns);

    static Parsed<PositiveWeight>? Read(ConfigNode node, string key, Reading reading) =>
        node switch
        {
            ScalarNode { Text: Balanced } => new(new(null, [], IsBalanced: true), node),
            MapNode => Mappings.Of(Weight).Read(node, key, reading) is { } named
                ? new(new(null, named.Value), named.Resolved)
                : null,
            _ => Weight.Read(node, key, new Reading()) is { } one ? new(new(one.Value, []), one.Resolved)
                : Values.Refuse<PositiveWeight>(node, key, reading, Expected),
        };
}
