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
            .. values.Zip(
                shortLabels,
                (value, label) => IsUnique(label, shortLabels) ? label : Label(value, whole: true)
            ),
        ];
    }

    /// <summary>The last part of each key, with as many parts before it as tell it from the others.</summary>
    internal static string[] OfKeys(IReadOnlyList<string> keys) =>
        [
            .. keys.Select(key =>
                TailsOf(key).First(tail => tail == key || keys.Count(other => EndsIn(other, tail)) == 1)
            ),
        ];

    /// <summary>
    /// key=value,key=value for each configuration, a case by its name alone; a long name, and one that several would
    /// share, ends in a hash of all that it stands for.
    /// </summary>
    internal static string[] OfConfigurations(
        IReadOnlyList<SweepAxis> axes,
        IReadOnlyList<IReadOnlyList<SweepValue>> configurations
    )
    {
        string[] keys =
        [
            .. axes.SelectMany(axis => axis.Written.Where(value => value.Case is null))
                .SelectMany(value => value.Settings.Select(setting => setting.Key)),
        ];
        var tails = keys.Zip(OfKeys(keys)).ToDictionary(pair => pair.First, pair => Safe(pair.Second));
        var names = configurations.Select(values => string.Join(',', values.SelectMany(Parts))).ToArray();
        return
        [
            .. configurations.Zip(
                names,
                (values, name) =>
                    name.Length <= LongestName && name[^1] != '.' && IsUnique(name, names)
                        ? name
                        : $"{Cut(name)}-{Hash(values)}"
            ),
        ];

        IEnumerable<string> Parts(SweepValue value) =>
            value.Case is { } name ? [name] : value.Settings.Select(one => $"{tails[one.Key]}={one.Label}");
    }

    static bool IsUnique(string name, string[] names) => names.Count(other => other == name) == 1;

    static string Cut(string name) => name[..Math.Min(name.Length, LongestName - HashDigits - 1)];

    // Of a.b.c: c, b.c, a.b.c.
    static IEnumerable<string> TailsOf(string key)
    {
        var parts = key.Split('.');
        return Enumerable.Range(1, parts.Length).Select(count => string.Join('.', parts[^count..]));
    }

    static bool EndsIn(string key, string tail) => key == tail || key.EndsWith($".{tail}", StringComparison.Ordinal);

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

    static string Hash(IReadOnlyList<SweepValue> values)
    {
        var text = string.Join('\n', values.Select(SweepAxis.Distinct));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits];
    }
}
