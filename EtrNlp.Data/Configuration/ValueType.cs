using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>A value as the program uses it, and as the resolved file shows it.</summary>
public sealed record Parsed<T>(T Value, ConfigNode Resolved);

/// <summary>What a setting may hold.</summary>
/// <param name="Expected">What values are accepted, for people.</param>
/// <param name="Schema">The same as JSON Schema.</param>
/// <param name="Read">
/// Makes a typed value of a node, given the key it stands under and the pass. If the node does not fit, it complains
/// and returns null.
/// </param>
public sealed record ValueType<T>(
    string Expected,
    Func<JsonObject> Schema,
    Func<ConfigNode, string, Reading, Parsed<T>?> Read
);
