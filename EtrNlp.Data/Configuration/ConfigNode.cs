using System.Collections.Immutable;

namespace EtrNlp.Data.Configuration;

/// <summary>A piece of configuration as it was written, before types: a scalar, a list or a mapping, each with its place.</summary>
public abstract record ConfigNode(Place Place)
{
    /// <summary>What the node is called in an error message: its text, or "a list", "a mapping".</summary>
    public abstract string Described { get; }
}

/// <summary>A single value; <paramref name="Text"/> is null for YAML's null.</summary>
public sealed record ScalarNode(string? Text, Place Place, bool Quoted = false) : ConfigNode(Place)
{
    /// <inheritdoc/>
    public override string Described => Text is null ? "nothing" : $"'{Text}'";
}

/// <summary>A sequence of nodes.</summary>
public sealed record ListNode(ImmutableArray<ConfigNode> Items, Place Place) : ConfigNode(Place)
{
    /// <inheritdoc/>
    public override string Described => "a list";
}

/// <summary>
/// A mapping in the order it was written. <paramref name="KindReplaced"/> marks a mapping whose <c>kind</c> a command-line
/// override has changed, so that the keys of the old kind may be dropped.
/// </summary>
public sealed record MapNode(ImmutableArray<MapEntry> Entries, Place Place, bool KindReplaced = false) : ConfigNode(Place)
{
    /// <inheritdoc/>
    public override string Described => "a mapping";

    /// <summary>The entry of a key, or null.</summary>
    public MapEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>The same mapping with one key set, in its old position where it was there already.</summary>
    public MapNode With(MapEntry entry)
    {
        var index = Entries.IndexOf(Find(entry.Key)!);
        return this with { Entries = index < 0 ? Entries.Add(entry) : Entries.SetItem(index, entry) };
    }
}

/// <summary>One key of a mapping; a cosmetic one (name, paths, display) does not change what a run computes.</summary>
public sealed record MapEntry(string Key, ConfigNode Value, Place Place, bool Cosmetic = false);
