using System.Globalization;
using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>JSON Schema of what parameters accept, so that editors check experiment files while they are written.</summary>
public static class Schemas
{
    /// <summary>The schema (draft 2020-12) of a file of exactly these keys.</summary>
    public static JsonObject Document(string title, IReadOnlyList<Parameter> parameters)
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach (var (key, value) in Mapping(parameters))
        {
            schema[key] = value?.DeepClone();
        }

        return schema;
    }

    /// <summary>A mapping of exactly these keys.</summary>
    public static JsonObject Mapping(IReadOnlyList<Parameter> parameters, string? kind = null)
    {
        var properties = new JsonObject();
        if (kind is not null)
        {
            properties[Section.KindKey] = new JsonObject { ["const"] = kind };
        }

        foreach (var parameter in parameters)
        {
            var schema = parameter.Schema;
            schema["description"] = parameter.Default is { } text ? $"{parameter.Summary} (default {(text.Length > 0 ? text : "nothing")})" : parameter.Summary;
            properties[parameter.Name] = schema;
        }

        var required = parameters.Where(parameter => parameter.Default is null).Select(parameter => parameter.Name).Concat(kind is null ? [] : [Section.KindKey]);
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]),
            ["additionalProperties"] = false,
        };
    }

    internal static JsonObject OneOf(IAxis axis) => new()
    {
        ["oneOf"] = new JsonArray([.. axis.Entries.Select(entry =>
        {
            var schema = Mapping(entry.Parameters, entry.Name);
            schema["description"] = $"{entry.Summary} ({entry.Reference})";
            return schema;
        })]),
    };

    internal static JsonObject Number(string type, string? min, string? max)
    {
        var schema = new JsonObject { ["type"] = type };
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
