using System.Globalization;
using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// JSON Schema of what settings accept, so that editors check experiment files while they are written.
/// </summary>
public static class Schemas
{
    const string Type = "type";

    /// <summary>The schema (draft 2020-12) of a file of exactly these keys.</summary>
    public static JsonObject Document(string title, IReadOnlyList<Setting> settings)
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach (var (key, value) in Mapping(settings))
        {
            schema[key] = value?.DeepClone();
        }

        return schema;
    }

    /// <summary>A mapping of exactly these keys.</summary>
    public static JsonObject Mapping(IReadOnlyList<Setting> settings, string? kind = null)
    {
        var properties = new JsonObject();
        if (kind is not null)
        {
            properties[Section.KindKey] = new JsonObject { ["const"] = kind };
        }

        foreach (var setting in settings)
        {
            var schema = setting.Schema;
            schema["description"] = setting.Default is { } text
                ? $"{setting.Summary} (default {(text.Length > 0 ? text : "nothing")})"
                : setting.Summary;
            properties[setting.Name] = schema;
        }

        var required = settings
            .Where(setting => setting.Default is null)
            .Select(setting => setting.Name)
            .Concat(kind is null ? [] : [Section.KindKey]);
        return new JsonObject
        {
            [Type] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]),
            ["additionalProperties"] = false,
        };
    }

    /// <summary>
    /// A mapping whose other keys depend on the word under one key; where that is no known word, an editor says which
    /// there are.
    /// </summary>
    public static JsonObject Chosen(string key, IEnumerable<IEntry> entries, Func<IEntry, JsonObject> mapping) =>
        new()
        {
            [Type] = "object",
            ["properties"] = new JsonObject { [key] = Words(entries.Select(entry => entry.Name)) },
            ["required"] = new JsonArray(key),
            ["allOf"] = new JsonArray([
                .. entries.Select(entry =>
                    Where(
                        new JsonObject
                        {
                            [Type] = "object", // of anything else every condition would hold
                            ["properties"] = new JsonObject { [key] = new JsonObject { ["const"] = entry.Name } },
                            ["required"] = new JsonArray(key),
                        },
                        mapping(entry)
                    )
                ),
            ]),
        };

    /// <summary>
    /// One of several forms, told apart by their JSON types; of a value that has the type of one an editor says what is
    /// wrong by that form.
    /// </summary>
    public static JsonObject Either(params IReadOnlyList<JsonObject> forms) =>
        new()
        {
            [Type] = new JsonArray([.. forms.SelectMany(Types).Select(type => JsonValue.Create(type))]),
            ["allOf"] = new JsonArray([
                .. forms
                    .Where(form => form.Count > 1 || !form.ContainsKey(Type))
                    .Select(form =>
                        Where(
                            new JsonObject
                            {
                                [Type] = new JsonArray([.. Types(form).Select(type => JsonValue.Create(type))]),
                            },
                            form
                        )
                    ),
            ]),
        };

    /// <summary>One of some words.</summary>
    public static JsonObject Words(IEnumerable<string> words) =>
        new() { [Type] = "string", ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) };

    internal static JsonObject OneOf(IAxis axis) =>
        Chosen(
            Section.KindKey,
            axis.Entries,
            entry =>
            {
                var schema = Mapping(entry.Settings, entry.Name);
                schema["description"] = $"{entry.Summary} ({entry.Reference})";
                return schema;
            }
        );

    internal static JsonObject OrNull(JsonObject schema) => Either(schema, new JsonObject { [Type] = "null" });

    static JsonObject Where(JsonObject condition, JsonObject then) => new() { ["if"] = condition, ["then"] = then };

    static IEnumerable<string> Types(JsonObject schema) =>
        schema[Type] is JsonArray several
            ? several.Select(type => type!.GetValue<string>())
            : [schema[Type]!.GetValue<string>()];

    internal static JsonObject Number(string type, string? min, string? max)
    {
        var schema = new JsonObject { [Type] = type };
        if (min is not null)
        {
            schema["minimum"] = double.Parse(min, CultureInfo.InvariantCulture);
        }

        if (max is not null)
        {
            schema["maximum"] = double.Parse(max, CultureInfo.InvariantCulture);
        }

        return schema;
    }
}
