using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>A value as the program uses it, and as the resolved file shows it.</summary>
public sealed record Parsed<T>(T Value, ConfigNode Resolved);

/// <summary>
/// What a setting may hold: how it is described to people and to schemas, and how a node becomes a typed value.
/// <paramref name="Read"/> gets the node, the key it stands under and the pass; it complains and returns null where the
/// node does not fit.
/// </summary>
public sealed record ValueType<T>(
    string Expected,
    Func<JsonObject> Schema,
    Func<ConfigNode, string, Reading, Parsed<T>?> Read
);
