using System.Security.Cryptography;
using System.Text;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>
/// What the values and configurations of a sweep are called: short, readable, and the name of a folder on every system.
/// </summary>
static class SweepLabels
{
    const int LongestName = 80;
    const int HashDigits = 8;

    /// <summary>
    /// One label for each value of a list: its text, the kind of a mapping; the rest of a mapping only where another
    /// one is of the same kind.
    /// </summary>
    internal static string[] Of(IReadOnlyList<ConfigNode> values)
    {
        var shortLabels = values.Select(value => Label(value, whole: false)).ToArray();
        return
        [
            .. values.Select(
                (value, i) =>
                    shortLabels.Count(label => label == shortLabels[i]) == 1
                        ? shortLabels[i]
                        : Label(value, whole: true)
            ),
        ];
    }

    /// <summary>The last part of each key, with as many parts before it as tell it from the others.</summary>
    internal static string[] OfKeys(IReadOnlyList<string> keys) =>
        [
            .. keys.Select(key =>
                Enumerable
                    .Range(1, key.Split('.').Length)
                    .Select(count => Tail(key, count))
                    .First(tail =>
                        keys.Count(other => other == tail || other.EndsWith($".{tail}", StringComparison.Ordinal)) == 1
                        || tail == key
                    )
            ),
        ];

    /// <summary>
    /// key=value,key=value for each configuration; a long name, and one that several would share, ends in a hash of all
    /// that it stands for.
    /// </summary>
    internal static string[] OfConfigurations(
        IReadOnlyList<string> keys,
        IReadOnlyList<IReadOnlyList<SweepValue>> configurations
    )
    {
        var shown = OfKeys(keys);
        var names = configurations
            .Select(values => string.Join(',', shown.Zip(values, (key, value) => $"{Safe(key)}={value.Label}")))
            .ToArray();
        return
        [
            .. configurations.Select(
                (values, i) =>
                    names[i].Length <= LongestName && names[i][^1] != '.' && names.Count(name => name == names[i]) == 1
                        ? names[i]
                        : $"{names[i][..Math.Min(names[i].Length, LongestName - HashDigits - 1)]}-{Hash(keys, values)}"
            ),
        ];
    }

    static string Tail(string key, int count) => string.Join('.', key.Split('.')[^count..]);

    static string Label(ConfigNode node, bool whole) =>
        node switch
        {
            ScalarNode scalar => Safe(scalar.Text ?? "null"),
            ListNode list => string.Join('+', list.Items.Select(item => Label(item, whole))),
            MapNode map when !whole && map.Child(Section.KindKey) is ScalarNode { Text: { } kind } => Safe(kind),
            MapNode map => string.Join('-', map.Entries.Select(entry => Label(entry.Value, whole))),
            _ => throw new ArgumentException($"unknown node {node.GetType().Name}", nameof(node)),
        };

    static string Safe(string text) =>
        string.Concat(
            text.ToLowerInvariant()
                .Select(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-' ? c : '-')
        );

    static string Hash(IReadOnlyList<string> keys, IReadOnlyList<SweepValue> values)
    {
        var text = string.Join('\n', keys.Zip(values, (key, value) => $"{key}={Identity.Of(value.Node)}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits];
    }
}
