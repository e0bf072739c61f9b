using System.Text.Json.Nodes;

namespace EtrNlp.Data.Configuration;

/// <summary>
/// JSON Schema of files that may build on another: such a file needs no key but the base's, and null resets a key.
/// </summary>
public static class PartialSchema
{
    const string Type = "type";
    const string Null = "null";
    const string Properties = "properties";
    const string Conditions = "allOf";
    const string Consequence = "then";

    /// <summary>The schema of a file that is whole, or has <paramref name="onBase"/> and a part of the keys.</summary>
    public static JsonObject Document(string title, IReadOnlyList<Setting> settings, Setting onBase)
    {
        var schema = Schemas.Document(title, []);
        schema.Remove(Properties);
        schema.Remove("required");
        schema.Remove("additionalProperties");
        schema["if"] = new JsonObject { ["required"] = new JsonArray(onBase.Name) };
        schema[Consequence] = Of(Schemas.Mapping([onBase, .. settings]));
        schema["else"] = Schemas.Mapping(settings);
        return schema;
    }

    // Items of lists stay as they are: a list replaces that of the base, so each is whole.
    static JsonObject Of(JsonObject whole)
    {
        var part = whole.DeepClone().AsObject();
        part.Remove("required");
        foreach (var (key, value) in part[Properties]?.AsObject().ToArray() ?? [])
        {
            part[Properties]![key] = OrNull(Of(value!.AsObject()));
        }

        foreach (var condition in part[Conditions]?.AsArray() ?? [])
        {
            condition![Consequence] = Of(condition[Consequence]!.AsObject());
        }

        return part;
    }

    // A constant has no type: it is the kind, which the branch of that kind repeats.
    static JsonObject OrNull(JsonObject schema)
    {
        if (schema[Type] is not { } type || (type is JsonArray types && types.Any(one => $"{one}" == Null)))
        {
            return schema;
        }

        var description = schema["description"]?.DeepClone();
        schema.Remove("description");
        var either = Schemas.OrNull(schema);
        if (description is not null)
        {
            either["description"] = description;
        }

        return either;
    }
}
