using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>What a resolved configuration computes, as a hash: cosmetic keys (name, paths, display) do not count.</summary>
public static class Identity
{
    /// <summary>SHA-256 of the canonical JSON, in lower-case hexadecimal.</summary>
    public static string Of(ConfigNode resolved) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(resolved)?.ToJsonString() ?? "null")));

    /// <summary>The first key, in the order of the resolved file, whose value differs: its path and both values; null where none does.</summary>
    public static (string Key, string Left, string Right)? FirstDifference(ConfigNode left, ConfigNode right)
    {
        var (a, b) = (Flatten(left), Flatten(right));
        foreach (var key in a.Keys.Concat(b.Keys).Distinct())
        {
            var (x, y) = (a.GetValueOrDefault(key, "absent"), b.GetValueOrDefault(key, "absent"));
            if (x != y)
            {
                return (key, x, y);
            }
        }

        return null;
    }

    static JsonNode? Canonical(ConfigNode node) => node switch
    {
        ScalarNode scalar => JsonValue.Create(scalar.Text),
        ListNode list => new JsonArray([.. list.Items.Select(Canonical)]),
        MapNode map => new JsonObject(map.Entries.Where(entry => !entry.Cosmetic).OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => KeyValuePair.Create(entry.Key, Canonical(entry.Value)))),
        _ => throw new JsonException($"unknown node {node.GetType().Name}"),
    };

    static Dictionary<string, string> Flatten(ConfigNode node)
    {
        var flat = new Dictionary<string, string>();
        Add(node, "");
        return flat;

        void Add(ConfigNode current, string key)
        {
            switch (current)
            {
                case ScalarNode scalar:
                    flat[key] = scalar.Text ?? "null";
                    break;
                case ListNode list:
                    for (var i = 0; i < list.Items.Length; i++)
                    {
                        Add(list.Items[i], Section.Join(key, $"{i}"));
                    }

                    break;
                case MapNode map:
                    foreach (var entry in map.Entries.Where(entry => !entry.Cosmetic))
                    {
                        Add(entry.Value, Section.Join(key, entry.Key));
                    }

                    break;
            }
        }
    }
}
