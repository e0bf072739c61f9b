using System.Text.Json.Nodes;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Experiments;

/// <summary>A name that is a folder on every system: a-z, 0-9, '.', '_', '-', and the '=', ',' and '+' of a sweep's names, not starting or ending with a dot.</summary>
static class ExperimentName
{
    const string Pattern = "^[a-z0-9_=,+-][a-z0-9._=,+-]*$";

    internal static ValueType<string> Type { get; } = new(
        "a name of a-z, 0-9, '.', '_' and '-'", () => new JsonObject { ["type"] = "string", ["pattern"] = Pattern },
        (node, key, reading) => node is ScalarNode { Text: { } text } && IsName(text)
            ? new Parsed<string>(text, node)
            : Values.Refuse<string>(node, key, reading, "a name of a-z, 0-9, '.', '_' and '-' that neither starts nor ends with a dot"));

    static bool IsName(string text) =>
        text.Length is > 0 and <= 100 && text[0] != '.' && text[^1] != '.' && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-' or '=' or ',' or '+');
}
