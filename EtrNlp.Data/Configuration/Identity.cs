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
        Difference(left, right, "");

    static (string Key, string Left, string Right)? Difference(ConfigNode? left, ConfigNode? right, string key)
    {
        IEnumerable<string>? children = (left, right) switch
        {
            (MapNode a, MapNode b) => Keys(a).Union(Keys(b)).Except(Cosmetic(a)).Except(Cosmetic(b)),
            (ListNode a, ListNode b) => Enumerable
                .Range(0, Math.Max(a.Items.Length, b.Items.Length))
                .Select(i => $"{i}"),
            _ => null,
        };
        return children is not null
                ? children
                    .Select(child => Difference(left!.Child(child), right!.Child(child), Section.Join(key, child)))
                    .FirstOrDefault(found => found is not null)
            : left is not null && right is not null && Text(left) == Text(right) ? null
            : (key, Shown(left), Shown(right));
    }

    static IEnumerable<string> Keys(MapNode map) => map.Entries.Select(entry => entry.Key);

    // What was read back from a resolved file no longer knows which of its keys are cosmetic: either side may say so.
    static IEnumerable<string> Cosmetic(MapNode map) =>
        map.Entries.Where(entry => entry.Cosmetic).Select(entry => entry.Key);

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
