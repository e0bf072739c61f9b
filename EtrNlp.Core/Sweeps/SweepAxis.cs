using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>One key that is set.</summary>
/// <param name="Key">path.to.key.</param>
/// <param name="Place">Where the key was written.</param>
/// <param name="Node">What it is set to.</param>
/// <param name="Label">What that is called.</param>
public sealed record SweepSetting(string Key, Place Place, ConfigNode Node, string Label);

/// <summary>One value of an axis.</summary>
/// <param name="Case">Its name where it is a case; null where it is called by what it sets.</param>
/// <param name="Place">Where it was written.</param>
/// <param name="Settings">What is set: one key, those of a case, or those of a draw.</param>
public sealed record SweepValue(string? Case, Place Place, ImmutableArray<SweepSetting> Settings);

/// <summary>What a sweep varies: one key, several together as cases with names, or several as random draws.</summary>
/// <param name="Values">What is set, in order: of cases keys of their own, else the same keys in all.</param>
public sealed record SweepAxis(ImmutableArray<SweepValue> Values)
{
    /// <summary>What the name of a case stands under, beside the keys that are set.</summary>
    const string CaseName = "case";

    const int MostItems = 12; // 4,095 subsets

    /// <summary>path.to.key: [values...]; every value is tried.</summary>
    internal static ValueType<ImmutableArray<SweepAxis>> Grid { get; } =
        Type(
            "a mapping from path.to.key to a list of values",
            int.MaxValue,
            list => SweepLabels.Of(list.Items).Zip(list.Items.AsEnumerable())
        );

    /// <summary>
    /// path.to.list: [items...]; every non-empty subset is tried, small ones first, items in the order they were
    /// written.
    /// </summary>
    internal static ValueType<ImmutableArray<SweepAxis>> Combinations { get; } =
        Type(
            "a mapping from path.to.list to a list of items",
            MostItems,
            list =>
            {
                var labels = SweepLabels.Of(list.Items);
                return
                [
                    .. Subsets(list.Items.Length)
                        .Select(subset =>
                            (
                                string.Join('+', subset.Select(i => labels[i])),
                                (ConfigNode)new ListNode([.. subset.Select(i => list.Items[i])], list.Place)
                            )
                        ),
                ];
            }
        );

    /// <summary>The values whose keys were written: every case, else the first, whose keys the others share.</summary>
    internal ImmutableArray<SweepValue> Written => Values[0].Case is null ? Values[..1] : Values;

    /// <summary>Every key that is set, a key that each value sets once.</summary>
    internal IEnumerable<SweepSetting> Settings => Written.SelectMany(value => value.Settings);

    /// <summary>What one of its values sets, for tables.</summary>
    internal static IEnumerable<(string Key, string Value)> Shown(SweepValue value)
    {
        var settings = value.Settings.Select(setting => (setting.Key, setting.Label));
        return value.Case is { } name ? settings.Prepend((CaseName, name)) : settings;
    }

    /// <summary>What tells one of its values from all others, for hashes in names.</summary>
    internal static string Distinct(SweepValue value) =>
        value.Case is { } name
            ? $"{CaseName}={name}"
            : string.Join('\n', value.Settings.Select(setting => $"{setting.Key}={Identity.Of(setting.Node)}"));

    static SweepAxis Of(MapEntry entry, IEnumerable<(string Label, ConfigNode Node)> values) =>
        new(
            [
                .. values.Select(value => new SweepValue(
                    null,
                    value.Node.Place,
                    [new SweepSetting(entry.Key, entry.Place, value.Node, value.Label)]
                )),
            ]
        );

    static IEnumerable<int[]> Subsets(int count) =>
        from bits in Enumerable.Range(1, (1 << count) - 1)
        let items = Enumerable.Range(0, count).Where(i => (bits >> i & 1) == 1).ToArray()
        orderby BitOperations.PopCount((uint)bits), string.Concat(items.Select(i => (char)('a' + i)))
        select items;

    static ValueType<ImmutableArray<SweepAxis>> Type(
        string expected,
        int most,
        Func<ListNode, IEnumerable<(string Label, ConfigNode Node)>> values
    ) =>
        new(
            expected,
            () =>
                new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = new JsonObject { ["type"] = "array", ["minItems"] = 1 },
                },
            (node, key, reading) =>
            {
                if (node is not MapNode map)
                {
                    return Data.Configuration.Values.Refuse<ImmutableArray<SweepAxis>>(node, key, reading, expected);
                }

                var wrong = map.Entries.Where(entry => !IsListOfDifferent(entry.Value, most)).ToArray();
                Array.ForEach(
                    wrong,
                    entry =>
                        Data.Configuration.Values.Refuse<object>(
                            entry.Value,
                            Section.Join(key, entry.Key),
                            reading,
                            most < int.MaxValue
                                ? $"a list of 1 to {most} different items"
                                : "a list of at least 1, all different"
                        )
                );
                return wrong.Length > 0
                    ? null
                    : new Parsed<ImmutableArray<SweepAxis>>(
                        [
                            .. map.Entries.Select(entry => Of(entry, values((ListNode)entry.Value))),
                        ],
                        map
                    );
            }
        );

    internal static bool IsListOfDifferent(ConfigNode node, int most) =>
        node is ListNode { Items: { Length: >= 1 } items }
        && items.Length <= most
        && items.Select(Identity.Of).Distinct().Count() == items.Length;
}
