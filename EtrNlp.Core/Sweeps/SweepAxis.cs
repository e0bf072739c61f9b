using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>One value of an axis: what it is called in names of runs, and what is set.</summary>
public sealed record SweepValue(string Label, ConfigNode Node);

/// <summary>One key that a sweep varies.</summary>
/// <param name="Key">path.to.key.</param>
/// <param name="Place">Where it was written.</param>
/// <param name="Values">What it is set to, in order.</param>
public sealed record SweepAxis(string Key, Place Place, ImmutableArray<SweepValue> Values)
{
    const int MostItems = 12; // 4,095 subsets

    /// <summary>path.to.key: [values...]; every value is tried.</summary>
    internal static ValueType<ImmutableArray<SweepAxis>> Grid { get; } =
        Type(
            "a mapping from path.to.key to a list of values",
            int.MaxValue,
            list => [.. SweepLabels.Of(list.Items).Zip(list.Items, (label, node) => new SweepValue(label, node))]
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
                        .Select(subset => new SweepValue(
                            string.Join('+', subset.Select(i => labels[i])),
                            new ListNode([.. subset.Select(i => list.Items[i])], list.Place)
                        )),
                ];
            }
        );

    static IEnumerable<int[]> Subsets(int count) =>
        from bits in Enumerable.Range(1, (1 << count) - 1)
        let items = Enumerable.Range(0, count).Where(i => (bits >> i & 1) == 1).ToArray()
        orderby BitOperations.PopCount((uint)bits), string.Concat(items.Select(i => (char)('a' + i)))
        select items;

    static ValueType<ImmutableArray<SweepAxis>> Type(
        string expected,
        int most,
        Func<ListNode, ImmutableArray<SweepValue>> values
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
                            .. map.Entries.Select(entry => new SweepAxis(
                                entry.Key,
                                entry.Place,
                                values((ListNode)entry.Value)
                            )),
                        ],
                        map
                    );
            }
        );

    static bool IsListOfDifferent(ConfigNode node, int most) =>
        node is ListNode { Items: { Length: >= 1 } items }
        && items.Length <= most
        && items.Select(Identity.Of).Distinct().Count() == items.Length;
}
