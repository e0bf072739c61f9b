using System.Collections.Immutable;

namespace EtrNlp.Data.Configuration;

/// <summary>Reads one mapping against its declared parameters: unknown keys, missing keys and wrong values are all reported.</summary>
public static class Section
{
    /// <summary>The key that names an entry of an axis.</summary>
    public const string KindKey = "kind";

    /// <summary>Values and resolved mapping, or null after complaining.</summary>
    public static Parsed<ParameterValues>? Read(ConfigNode node, string key, IReadOnlyList<Parameter> parameters, Reading reading, string? kind = null)
    {
        if (node is not MapNode map)
        {
            reading.Complain(node.Place, Shown(key), $"expected a mapping, got {node.Described}");
            return null;
        }

        var wrong = !KnowsAllKeys(map, key, parameters, reading, kind is not null);
        var values = new Dictionary<Parameter, object?>(ReferenceEqualityComparer.Instance);
        var resolved = ImmutableArray.CreateBuilder<MapEntry>();
        if (kind is not null)
        {
            resolved.Add(new MapEntry(KindKey, new ScalarNode(kind, map.Place), map.Place));
        }

        foreach (var parameter in parameters)
        {
            if (ReadOne(map, key, parameter, reading) is { } found)
            {
                values[parameter] = found.Value;
                resolved.Add(new MapEntry(parameter.Name, found.Resolved, found.Resolved.Place, parameter.Cosmetic));
            }
            else
            {
                wrong = true;
            }
        }

        return wrong ? null : new Parsed<ParameterValues>(new ParameterValues(values), new MapNode(resolved.ToImmutable(), map.Place));
    }

    /// <summary>The dotted path of a key below another one.</summary>
    public static string Join(string key, string child) => key.Length == 0 ? child : $"{key}.{child}";

    static string Shown(string key) => key.Length == 0 ? "the file" : key;

    static (object? Value, ConfigNode Resolved)? ReadOne(MapNode map, string key, Parameter parameter, Reading reading)
    {
        var path = Join(key, parameter.Name);
        if (map.Find(parameter.Name) is { } entry)
        {
            return parameter.ReadUntyped(entry.Value, path, reading);
        }

        if (parameter.Default is { } text)
        {
            return parameter.ReadUntyped(YamlReader.ReadText(text, Place.Default.Source), path, reading);
        }

        reading.Complain(map.Place, path, $"missing, expected {parameter.Expected}");
        return null;
    }

    static bool KnowsAllKeys(MapNode map, string key, IReadOnlyList<Parameter> parameters, Reading reading, bool hasKind)
    {
        var known = parameters.Select(parameter => parameter.Name).Concat(hasKind ? [KindKey] : []).ToArray();
        var all = true;
        foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key)))
        {
            var path = Join(key, entry.Key);
            if (map.KindReplaced && entry.Place.InFile)
            {
                reading.Notice($"{entry.Place}: {path} belongs to the kind that was replaced and is left out");
                continue;
            }

            reading.Complain(entry.Place, path, $"unknown key{NearestName.Hint(entry.Key, known)}");
            all = false;
        }

        return all;
    }
}
