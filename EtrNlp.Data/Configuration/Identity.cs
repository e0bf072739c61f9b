using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// What a resolved configuration computes, as a hash: cosmetic keys (name, paths, display) and the order of keys do not
/// count.
/// </summary>
public static class Identity
{
    /// <summary>SHA-256 of the canonical JSON, in lower-case hexadecimal.</summary>
    public static string Of(ConfigNode resolved) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text(resolved))));

    /// <summary>What is hashed: canonical JSON on one line, equal where the same is computed.</summary>
    public static string Text(ConfigNode resolved) => Canonical(resolved)?.ToJsonString() ?? "null";

    /// <summary>
    /// The first key, in the order of the left configuration, whose value differs: its path and both values; null where
    /// none does.
    /// </summary>
    public static (string Key, string Left, string Right)? FirstDifference(ConfigNode left, ConfigNode right) =>
        Differences([left, right]).FirstOrDefault() is { Key: not null } found
            ? (found.Key, found.Values[0], found.Values[1])
            : null;

    /// <summary>
    /// Every key whose value is not the same in all configurations, in the order of the first: its path and the value
    /// in each.
    /// </summary>
    public static IEnumerable<(string Key, IReadOnlyList<string> Values)> Differences(
        IReadOnlyList<ConfigNode?> configurations,
        string key = ""
    )
    {
        IEnumerable<string>? children =
            configurations.All(one => one is MapNode) ? KeysOf([.. configurations.OfType<MapNode>()])
            : configurations.All(one => one is ListNode)
                ? Enumerable
                    .Range(0, configurations.OfType<ListNode>().Max(list => list.Items.Length))
                    .Select(i => $"{i}")
            : null;
        return children is not null
                ? children.SelectMany(child =>
                    Differences([.. configurations.Select(one => one!.Child(child))], Section.Join(key, child))
                )
            : AreEqual(configurations) ? []
            : [(key, [.. configurations.Select(Shown)])];
    }

    static bool AreEqual(IReadOnlyList<ConfigNode?> nodes) =>
        nodes.All(node => node is not null) && nodes.Select(node => Text(node!)).Distinct().Count() < 2;

    // What was read back from a resolved file no longer knows which of its keys are cosmetic: any side may say so.
    static IEnumerable<string> KeysOf(IReadOnlyList<MapNode> maps) =>
        maps.SelectMany(map => map.Entries)
            .Select(entry => entry.Key)
            .Distinct()
            .Except(maps.SelectMany(map => map.Entries).Where(entry => entry.Cosmetic).Select(entry => entry.Key));

    static string Shown(ConfigNode? node) =>
        node switch
        {
            null => "absent",
            ScalarNode { Text: { } text } when !ScalarNode.MeansNull(text) => text,
            _ => Text(node),
        };

    static JsonNode? Canonical(ConfigNode node) =>
        node switch
        {
            ScalarNode scalar => JsonValue.Create(scalar.Text),
            ListNode list => new JsonArray([.. list.Items.Select(Canonical)]),
            MapNode map => new JsonObject(
                map.Entries.Where(entry => !entry.Cosmetic)
                    .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                    .Select(entry => KeyValuePair.Create(entry.Key, Canonical(entry.Value)))
            ),
            _ => throw new ArgumentException($"unknown node {node.GetType().Name}", nameof(node)),
        };
}
