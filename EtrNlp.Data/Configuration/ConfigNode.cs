using System.Collections.Immutable;
using System.Globalization;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// A piece of configuration as it was written, before types: a scalar, a list or a mapping, each with its place.
/// </summary>
public abstract record ConfigNode(Place Place)
{
    /// <summary>What the node is called in an error message: its text, or "a list", "a mapping".</summary>
    public abstract string Described { get; }

    /// <summary>The same content as if all of it stood at one place.</summary>
    public abstract ConfigNode MovedTo(Place place);

    /// <summary>True where no part of it was given on the command line.</summary>
    public abstract bool IsWhollyInFile { get; }

    /// <summary>The node one step down: a key of a mapping, an index of a list; null where there is none.</summary>
    public abstract ConfigNode? Child(string key);

    /// <summary>
    /// The place of a dotted key below this node; of the deepest part of it that was written, where not all of it was.
    /// </summary>
    public Place PlaceOf(string key)
    {
        var node = this;
        foreach (var step in key.Split('.'))
        {
            if (node.Child(step) is not { } child)
            {
                break;
            }

            node = child;
        }

        return node.Place;
    }
}

/// <summary>A single value; <paramref name="Text"/> is null for YAML's null.</summary>
public sealed record ScalarNode(string? Text, Place Place, bool Quoted = false) : ConfigNode(Place)
{
    const int Shown = 60;

    /// <inheritdoc/>
    public override string Described =>
        Text is null ? "nothing"
        : Quoted ? $"\"{Short(Text)}\""
        : $"'{Short(Text)}'";

    /// <inheritdoc/>
    public override ConfigNode MovedTo(Place place) => this with { Place = place };

    /// <inheritdoc/>
    public override bool IsWhollyInFile => Place.InFile;

    /// <inheritdoc/>
    public override ConfigNode? Child(string key) => null;

    /// <summary>True for the unquoted texts that YAML takes for nothing.</summary>
    internal static bool MeansNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    static string Short(string text) => (text.Length > Shown ? $"{text[..Shown]}..." : text).ReplaceLineEndings(" ");
}

/// <summary>A sequence of nodes.</summary>
public sealed record ListNode(ImmutableArray<ConfigNode> Items, Place Place) : ConfigNode(Place)
{
    const int MostShown = 8;

    /// <inheritdoc/>
    public override string Described => Items.IsEmpty ? "an empty list" : $"a list of {Items.Length}";

    /// <summary>The same with the items, where these are few and plain.</summary>
    internal string DescribedByItems =>
        Items.Length is > 0 and <= MostShown && Items.All(item => item is ScalarNode)
            ? $"{Described}: [{string.Join(", ", Items.Select(item => (item as ScalarNode)?.Text ?? "null"))}]"
            : Described;

    /// <inheritdoc/>
    public override ConfigNode MovedTo(Place place) =>
        new ListNode([.. Items.Select(item => item.MovedTo(place))], place);

    /// <inheritdoc/>
    public override bool IsWhollyInFile => Place.InFile && Items.All(item => item.IsWhollyInFile);

    /// <inheritdoc/>
    public override ConfigNode? Child(string key) => IndexOf(key) is { } index ? Items[index] : null;

    /// <summary>The index that a step of a dotted key names, or null where it is none of this list.</summary>
    internal int? IndexOf(string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < Items.Length
            ? index
            : null;
}

/// <summary>
/// A mapping in the order it was written; <paramref name="InFile"/> is what it was before overrides changed it, null
/// where none did.
/// </summary>
public sealed record MapNode(ImmutableArray<MapEntry> Entries, Place Place, MapNode? InFile = null)
    : ConfigNode(Place)
{
    /// <inheritdoc/>
    public override string Described => "a mapping";

    /// <summary>
    /// True where a command-line override has changed the <c>kind</c>, so that the keys of the old kind may be dropped.
    /// </summary>
    public bool KindReplaced => InFile is not null && KindOf(InFile) is { } kind && KindOf(this) != kind;

    /// <inheritdoc/>
    public override ConfigNode MovedTo(Place place) =>
        new MapNode([.. Entries.Select(entry => new MapEntry(entry.Key, entry.Value.MovedTo(place), place))], place);

    /// <inheritdoc/>
    public override bool IsWhollyInFile => Place.InFile && Entries.All(entry => entry.Value.IsWhollyInFile);

    /// <inheritdoc/>
    public override ConfigNode? Child(string key) => Find(key)?.Value;

    /// <summary>The entry of a key, or null.</summary>
    public MapEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    static string? KindOf(MapNode map) => (map.Child(Section.KindKey) as ScalarNode)?.Text;

    /// <summary>The same mapping with one key set, in its old position where it was there already.</summary>
    public MapNode With(MapEntry entry) =>
        this with
        {
            Entries = Find(entry.Key) is { } old
                ? Entries.Replace(old, entry, ReferenceEqualityComparer.Instance)
                : Entries.Add(entry),
        };
}

/// <summary>One key of a mapping.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What stands under it.</param>
/// <param name="Place">Where it was written.</param>
/// <param name="Cosmetic">True where it does not change what a run computes (names, paths, display).</param>
public sealed record MapEntry(string Key, ConfigNode Value, Place Place, bool Cosmetic = false);
