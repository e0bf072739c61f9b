using System.Collections.Immutable;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// Files that build on another one by the key <c>base</c>, which may do so itself. Mappings merge key by key, and lists
/// replace. Another <c>kind</c> or <c>type</c> drops the base's other keys of its mapping; null takes a key of the base
/// away. Every value keeps the place where it stands, so that relative paths and mistakes belong to that file.
/// </summary>
public static class BaseFile
{
    /// <summary>The key that names the file.</summary>
    public const string Key = "base";

    const int MostFiles = 16;

    // Keys whose word decides which other keys their mapping has.
    static readonly string[] Choices = [Section.KindKey, "type"];

    /// <summary>The key, for schemas: what is read has it no more.</summary>
    public static Setting<string?> Setting { get; } =
        new(Key, "experiment file that this one builds on", Values.Optional(PathValue.Type), "null", Cosmetic: true);

    /// <summary>What a file says together with those it builds on, whole: without <c>base</c>.</summary>
    /// <exception cref="ConfigException">
    /// One of them cannot be read, they build on one another in a circle, or they are too many.
    /// </exception>
    public static ConfigNode Read(string path, Reading reading) => Read(path, path, [], reading);

    static ConfigNode Read(string path, string shown, ImmutableArray<string> above, Reading reading)
    {
        var written = YamlReader.ReadFile(path, shown);
        if (written is not MapNode map || map.Find(Key) is not { Value: var named })
        {
            return written;
        }

        map = map with { Entries = map.Entries.RemoveAll(entry => entry.Key == Key) };
        if (named is ScalarNode { Text: null })
        {
            return map;
        }

        ImmutableArray<string> chain = [.. above, Path.GetFullPath(path)];
        var next = Find(named, chain, reading);
        return Read(next, Path.IsPathRooted(shown) ? next : Shown(next), chain, reading) switch
        {
            MapNode below => Merge(below, map, "", reading),
            var other => throw new ConfigException(other.Place, $"expected a mapping, got {other.Described}"),
        };
    }

    static string Find(ConfigNode named, ImmutableArray<string> chain, Reading reading)
    {
        var path = PathValue.Type.Read(named, Key, reading)?.Value;
        reading.ThrowIfWrong();
        var problem =
            chain.IndexOf(path!) is >= 0 and var first
                ? $"a file cannot build on itself: {Named([.. chain[first..], path!])}"
            : !File.Exists(path) ? $"there is no file {path}"
            : chain.Length == MostFiles
                ? $"more than {MostFiles} files build on one another, {Shown(chain[0])} to {Shown(path)}; "
                    + "join some of them"
            : null;
        return problem is null ? path! : throw new ConfigException(named.Place, $"{Key}: {problem}");
    }

    static string Named(IEnumerable<string> chain) => string.Join(" -> ", chain.Select(Shown));

    static string Shown(string path)
    {
        var near = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return near.StartsWith("..", StringComparison.Ordinal) ? path : near;
    }

    static MapNode Merge(MapNode below, MapNode above, string key, Reading reading)
    {
        var kept = Choices.FirstOrDefault(choice => Differs(below, above, choice)) is { } changed
            ? Drop(below, above, changed, key, reading)
            : below;
        var merged = kept;
        foreach (var entry in above.Entries)
        {
            merged =
                entry.Value is ScalarNode { Text: null } && below.Find(entry.Key) is not null
                    ? merged with
                    {
                        Entries = merged.Entries.RemoveAll(old => old.Key == entry.Key),
                    }
                : kept.Child(entry.Key) is MapNode old && entry.Value is MapNode set
                    ? merged.With(entry with { Value = Merge(old, set, Section.Join(key, entry.Key), reading) })
                : merged.With(entry);
        }

        return merged with
        {
            Place = above.Place,
        };
    }

    static bool Differs(MapNode below, MapNode above, string choice) =>
        (below.Child(choice), above.Child(choice)) is (ScalarNode { Text: { } old }, ScalarNode { Text: { } chosen })
        && old != chosen;

    static MapNode Drop(MapNode below, MapNode above, string choice, string key, Reading reading)
    {
        foreach (var entry in below.Entries.Where(entry => entry.Key != choice && above.Find(entry.Key) is null))
        {
            reading.Notice(Section.BelongedToOld(entry, Section.Join(key, entry.Key), choice));
        }

        return below with
        {
            Entries = [.. below.Entries.Where(entry => entry.Key == choice)],
        };
    }
}
