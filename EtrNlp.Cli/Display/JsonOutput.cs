using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Cli.Display;

/// <summary>What <c>--json</c> prints: indented, snake_case, fractions, null for what has no value.</summary>
static class JsonOutput
{
    static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by people and programs, never by a browser
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
    };

    internal static void Write<T>(TextWriter output, T value) =>
        output.Write(Printable.Json(JsonSerializer.Serialize(value, Options)) + output.NewLine);

    internal static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    internal static JsonArray Array(IEnumerable<string> texts) => Array(texts.Select(text => (JsonNode?)text));

    internal static JsonObject? Spread(Spread? spread) =>
        spread is null
            ? null
            : new()
            {
                ["mean"] = spread.Mean,
                ["std"] = spread.Deviation,
                ["n"] = spread.Count,
            };
}
