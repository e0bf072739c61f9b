using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// Applies <c>path.to.key=value</c> of the command line to what a file says; the result is typed and checked like the
/// file.
/// </summary>
public static class Overrides
{
    const int MaxDepth = 64;

    /// <summary>
    /// The node with every override applied in order; lists and mappings are given in YAML's flow style.
    /// </summary>
    /// <exception cref="ConfigException">
    /// Some overrides have no '=', no YAML value, or a path that leads through a value without keys.
    /// </exception>
    public static ConfigNode Apply(ConfigNode root, IEnumerable<string> overrides)
    {
        var errors = new List<ConfigError>();
        foreach (var text in overrides)
        {
            try
            {
                root = ApplyOne(root, text);
            }
            catch (ConfigException e)
            {
                errors.AddRange(e.Errors);
            }
        }

        return errors.Count == 0 ? root : throw new ConfigException(errors);
    }

    /// <summary>Splits an override into its path; used to decide which overrides also concern a baseline.</summary>
    public static string FirstKey(string text) => text.Split('=', 2)[0].Split('.', 2)[0].Trim();

    /// <summary>
    /// The node with the key of a dotted path set, in the way of the command line; <paramref name="place"/> is where
    /// the path was written.
    /// </summary>
    /// <exception cref="ConfigException">The path is none, or leads through a value without keys.</exception>
    public static ConfigNode Set(ConfigNode root, string path, ConfigNode value, Place place) =>
        Steps(path) is { } steps
            ? Set(root, steps, value, place)
            : throw new ConfigException(place, $"'{path}': expected path.to.key");

    static ConfigNode ApplyOne(ConfigNode root, string text)
    {
        var place = Place.OnCommandLine($"--set {text}");
        var parts = text.Split('=', 2);
        return parts.Length == 2 && Steps(parts[0].Trim()) is { } path
            ? Set(root, path, Value(parts[1], place), place)
            : throw new ConfigException(place, "expected path.to.key=value");
    }

    static string[]? Steps(string path) =>
        path.Split('.') is { Length: <= MaxDepth } steps && !steps.Any(string.IsNullOrWhiteSpace) ? steps : null;

    static ConfigNode Value(string text, Place place)
    {
        try
        {
            var line = text.Trim(' ', '\t', '\r', '\n');
            if (IsPlain(line))
            {
                return new ScalarNode(
                    ScalarNode.MeansNull(line) ? null : YamlReader.Readable(line, place.Source),
                    place
                );
            }

            var value = YamlReader.ReadOptional(text, place.Source)?.MovedTo(place) ?? new ScalarNode(null, place);
            return !HoldsComment(text)
                ? value
                : throw new ConfigException(
                    place,
                    "expected no comment behind the value; put the whole value in quotes, or take the '#' out"
                );
        }
        catch (ConfigException e)
        {
            throw new ConfigException([.. e.Errors.Select(error => error with { Place = place })]);
        }
    }

    // One line without quotes or brackets is the value itself: a '#' or a ': ' in it is part of a path or a text.
    static bool IsPlain(string line) =>
        !line.Contains('\n', StringComparison.Ordinal)
        && (line.Length == 0 || !"\"'[{".Contains(line[0], StringComparison.Ordinal));

    // What stands behind a '#' would be left out without a word.
    static bool HoldsComment(string text)
    {
        var scanner = new Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext() && scanner.Current is not Error)
        {
            if (scanner.Current is Comment)
            {
                return true;
            }
        }

        return false;
    }

    static ConfigNode Set(ConfigNode node, ReadOnlySpan<string> path, ConfigNode value, Place place)
    {
        if (path.IsEmpty)
        {
            return value;
        }

        var key = path[0];
        var rest = path[1..];
        switch (node)
        {
            case ListNode list:
                return list.IndexOf(key) is { } index
                    ? list with
                    {
                        Items = list.Items.SetItem(index, Set(list.Items[index], rest, value, place)),
                    }
                    : throw new ConfigException(
                        place,
                        $"there is no item '{key}': {list.Place} holds {list.Described}, counted from 0"
                    );
            case MapNode map:
                var entry = map.Find(key);
                var changed = map.With(
                    new MapEntry(
                        key,
                        Set(entry?.Value ?? new ScalarNode(null, place), rest, value, place),
                        entry is null || (rest.IsEmpty && place.InFile) ? place : entry.Place
                    )
                );
                return changed with { InFile = map.InFile ?? map };
            case ScalarNode { Text: null }:
                return Set(new MapNode([], node.Place), path, value, place);
            default:
                throw new ConfigException(
                    place,
                    $"there is no key '{key}' to set: {node.Place} holds {node.Described}"
                );
        }
    }
}
