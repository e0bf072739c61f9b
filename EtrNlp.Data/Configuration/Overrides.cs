using System.Collections.Immutable;

namespace EtrNlp.Data.Configuration;

/// <summary>Applies <c>path.to.key=value</c> of the command line to what a file says; the result is typed and checked like the file.</summary>
public static class Overrides
{
    /// <summary>The node with every override applied in order; a value is YAML, so lists and mappings may be given in flow style.</summary>
    /// <exception cref="ConfigException">An override has no '=', or its path leads through a value that has no keys.</exception>
    public static ConfigNode Apply(ConfigNode root, IEnumerable<string> overrides) => overrides.Aggregate(root, ApplyOne);

    /// <summary>Splits an override into its path; used to decide which overrides also concern a baseline.</summary>
    public static string FirstKey(string text) => text.Split('=', 2)[0].Split('.', 2)[0].Trim();

    static ConfigNode ApplyOne(ConfigNode root, string text)
    {
        var place = Place.OnCommandLine($"--set {text}");
        var parts = text.Split('=', 2);
        if (parts.Length != 2 || parts[0].Trim().Length == 0)
        {
            throw new ConfigException(place, "expected path.to.key=value");
        }

        return Set(root, parts[0].Trim().Split('.'), Value(parts[1], place), place);
    }

    static ConfigNode Value(string text, Place place)
    {
        if (text.Trim().Length == 0)
        {
            return new ScalarNode(null, place);
        }

        try
        {
            return At(YamlReader.ReadText(text, place.Source), place);
        }
        catch (ConfigException e)
        {
            throw new ConfigException(place, e.Errors[0].Message);
        }
    }

    static ConfigNode At(ConfigNode node, Place place) => node switch
    {
        ListNode list => new ListNode([.. list.Items.Select(item => At(item, place))], place),
        MapNode map => new MapNode([.. map.Entries.Select(entry => new MapEntry(entry.Key, At(entry.Value, place), place))], place),
        _ => node with { Place = place },
    };

    static ConfigNode Set(ConfigNode node, ReadOnlySpan<string> path, ConfigNode value, Place place)
    {
        if (path.IsEmpty)
        {
            return value;
        }

        var key = path[0];
        switch (node)
        {
            case ListNode list:
                if (!int.TryParse(key, out var index) || index < 0 || index >= list.Items.Length)
                {
                    throw new ConfigException(place, $"expected a list index from 0 to {list.Items.Length - 1}, got '{key}'");
                }

                return list with { Items = list.Items.SetItem(index, Set(list.Items[index], path[1..], value, place)) };
            case MapNode map:
                var old = map.Find(key);
                var set = map.With(new MapEntry(key, Set(old?.Value ?? Empty(place), path[1..], value, place), old?.Place ?? place));
                return key == "kind" && old?.Value is ScalarNode was && was.Text != (value as ScalarNode)?.Text ? set with { KindReplaced = true } : set;
            case ScalarNode { Text: null }:
                return Set(Empty(place), path, value, place);
            default:
                throw new ConfigException(place, $"there is no key '{key}' to set: {node.Place} holds {node.Described}");
        }
    }

    static MapNode Empty(Place place) => new([], place);
}
