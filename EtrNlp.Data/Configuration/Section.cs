using System.Collections.Immutable;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// Reads one mapping against its declared settings: unknown keys, missing keys and wrong values are all reported.
/// </summary>
public static class Section
{
    /// <summary>The key that names an entry of an axis.</summary>
    public const string KindKey = "kind";

    /// <summary>Values and resolved mapping, or null after complaining.</summary>
    public static Parsed<SettingValues>? Read(
        ConfigNode node,
        string key,
        IReadOnlyList<Setting> settings,
        Reading reading,
        string? kind = null
    )
    {
        if (node is not MapNode map)
        {
            reading.Complain(node.Place, key, $"expected a mapping, got {node.Described}");
            return null;
        }

        var wrong = !KnowsAllKeys(map, key, settings, reading, kind is not null);
        var values = new Dictionary<Setting, object?>(ReferenceEqualityComparer.Instance);
        var resolved = ImmutableArray.CreateBuilder<MapEntry>();
        if (kind is not null)
        {
            var place = map.PlaceOf(KindKey);
            resolved.Add(new MapEntry(KindKey, new ScalarNode(kind, place), place));
        }

        foreach (var setting in settings)
        {
            if (ReadOne(map, key, setting, reading) is { } found)
            {
                values[setting] = found.Value;
                if (!IsLeftOut(setting, found.Resolved))
                {
                    resolved.Add(new MapEntry(setting.Name, found.Resolved, found.Resolved.Place, setting.Cosmetic));
                }
            }
            else
            {
                wrong = true;
            }
        }

        return wrong
            ? null
            : new Parsed<SettingValues>(new SettingValues(values), new MapNode(resolved.ToImmutable(), map.Place));
    }

    /// <summary>
    /// The value made of a mapping's settings, or null after complaining about what does not fit together.
    /// </summary>
    public static Parsed<T>? Create<T>(
        ConfigNode node,
        string key,
        Parsed<SettingValues>? read,
        Func<SettingValues, T> create,
        Reading reading
    )
    {
        try
        {
            return read is null ? null : new Parsed<T>(create(read.Value), read.Resolved);
        }
        catch (InvalidSettingException e)
        {
            reading.Complain(node, key, e);
            return null;
        }
    }

    /// <summary>The dotted path of a key below another one.</summary>
    public static string Join(string key, string child) => key.Length == 0 ? child : $"{key}.{child}";

    /// <summary>What is said of a key that is left out, since its mapping has another kind or type now.</summary>
    internal static string BelongedToOld(MapEntry entry, string path, string choice) =>
        $"{entry.Place}: {path} belongs to the {choice} that was replaced and is left out";

    static (object? Value, ConfigNode Resolved)? ReadOne(MapNode map, string key, Setting setting, Reading reading)
    {
        var path = Join(key, setting.Name);
        if (map.Find(setting.Name) is { } entry)
        {
            return setting.ReadUntyped(entry.Value, path, reading);
        }

        if (setting.Default is { } text)
        {
            return setting.ReadUntyped(Default(text), path, reading);
        }

        reading.Complain(map.Place, path, $"missing, expected {setting.Expected}");
        return null;
    }

    static bool IsLeftOut(Setting setting, ConfigNode resolved) =>
        setting is { Added: true, Default: { } text }
        && setting.ReadUntyped(Default(text), setting.Name, new Reading()) is { } found
        && Identity.FirstDifference(found.Resolved, resolved) is null;

    static ConfigNode Default(string text) =>
        YamlReader.ReadOptional(text, Place.Default.Source)?.MovedTo(Place.Default)
        ?? new ScalarNode(null, Place.Default);

    static bool KnowsAllKeys(MapNode map, string key, IReadOnlyList<Setting> settings, Reading reading, bool hasKind)
    {
        var known = settings.Select(setting => setting.Name).Concat(hasKind ? [KindKey] : []).ToArray();
        var all = true;
        foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key)))
        {
            var path = Join(key, entry.Key);
            // Only what was written beside the old kind may be meant for it.
            if (map.KindReplaced && ReferenceEquals(entry.Value, map.InFile?.Child(entry.Key)))
            {
                reading.Notice(BelongedToOld(entry, path, KindKey));
                continue;
            }

            reading.Complain(
                entry.Value.IsWhollyInFile ? entry.Place : entry.Value.Place,
                path,
                $"unknown key{NearestName.Hint(entry.Key, known)}"
            );
            all = false;
        }

        return all;
    }
}
